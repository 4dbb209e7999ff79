"""What ``nuanfang verify`` says, for an auditor who is no engineer."""

from __future__ import annotations

from registry.service.log.audit import Finding

MARKS = {"ok": "✓ 成立", "doubt": "？存疑", "bad": "✗ 不成立"}

WORDS = {
    "key_matches": "最后一个账头是用您给出的公钥签的。",
    "key_differs": "您给出的公钥不在导出文件里：这不是同一个登记系统签的总账。",
    "key_unchecked": "没有核对签名公钥。请用 --key 给出公布的公钥；文件里写的是 {key}",
    "key_older": "最后一个账头不是用您给出的公钥签的：它可能已经换掉，也可能还没启用。"
    "请再核对现在公布的公钥；文件里写的是 {key}",
    "key_followed": "从 {since} 起改用公钥 {key}，由前一个公钥签字交接。",
    "leaves_good": "总账共 {count} 条，格式完好，没有重复。",
    "leaf_not_canonical": "{file} 第 {line} 行不是规范写法，可能被改动过。",
    "leaf_twice": "{file} 第 {line} 行与前面的记录重复。",
    "line_unreadable": "{file} 第 {line} 行读不出来。",
    "file_missing": "缺少文件 {file}。",
    "heads_good": "{count} 个签名账头全部有效，总账的内容与每一个账头都对得上。",
    "no_heads": "没有任何签名账头，无法证明总账是登记系统签发的。",
    "head_forged": "第 {line} 个账头（{time}）的签名无效。",
    "head_too_big": "第 {line} 个账头（{time}）写着 {size} 条，总账现在没有这么多：有记录被删掉了。",
    "head_differs": "第 {line} 个账头（{time}，{size} 条）与总账对不上：这些记录里有被改动、调换或删掉的。",
    "leaves_beyond_head": "最后 {count} 条没有任何账头签字，不能算数。",
    "older_unreadable": "{file} 不是账头，也不是入账证明。",
    "older_forged": "{file} 里账头的签名不是这个登记系统的。",
    "older_shrunk": "{file} 的账头（{time}）有 {size} 条，总账现在没有这么多：有记录被删掉了。",
    "older_differs": "{file} 的账头（{time}，{size} 条）与现在的总账对不上：以前的记录被改动过。",
    "older_contained": "{file} 的账头（{time}，{size} 条）完整地包含在现在的总账里，以前的记录没有动过。",
    "proof_good": "{file} 的入账证明成立：记录 {id} 确实在总账里。",
    "proof_bad": "{file} 的入账证明不成立：记录 {id} 不在总账应有的位置上。",
    "certificates_good": "{count} 台设备的证书都是登记系统签发的。",
    "certificate_forged": "设备 {device} 的证书（第 {line} 行）签名无效。",
    "no_records": "导出时没有带上记录原文（--with-records），所以只核对了总账，没有核对记录本身。",
    "records_good": "{count} 条记录的原文、签名和设备证书都对得上。",
    "record_good": "{file}：记录 {id} 的原文、签名、设备证书都对得上，并且在总账里。",
    "record_changed": "记录 {id} 的原文被改动过，与它的指纹不符（{file}）。",
    "record_unreadable": "{file} 里有一条记录读不出来。",
    "record_uncertified": "记录 {id} 找不到对应的设备证书，或者填写人与证书不符。",
    "record_forged": "记录 {id} 的签名不是这台设备的。",
    "record_not_in_ledger": "记录 {id} 不在总账里，却写着已经收下。",
    "record_missing": "总账里有记录 {id}，原文却没有了。",
    "more_like_this": "还有 {count} 条同样的问题，没有一一列出。",
    "chains_good": "{count} 台设备的记录前后相连，没有断开，也没有缺号。",
    "chain_gap": "设备 {device} 的第 {seq} 号记录没有：可能还没送到，也可能被拿走了，请查问。",
    "chain_gaps": "设备 {device} 缺第 {first} 到 {last} 号，共 {count} 条：可能还没送到，也可能被拿走了。",
    "chain_broken": "设备 {device} 的第 {seq} 号记录与前一号接不上。",
    "not_an_export": "{folder} 里没有导出的总账（缺少 ledger.json，或者格式不认识）。",
    "bad_key": "这不是一个公钥。",
    "bad_key_step": "公钥交接不成立：{key} 没有前一个公钥的有效签字。",
    "bad_base64": "这不是一个公钥。",
}
VERDICTS = {
    "ok": "结论：全部成立。",
    "doubt": "结论：查过的都成立，有存疑之处请看上面。",
    "bad": "结论：有不成立之处，请看上面。",
}


def sentence(finding: Finding) -> str:
    """One finding as a line."""
    return f"[{MARKS[finding.level]}] {WORDS[finding.code].format(**finding.params)}"


def verdict(found: list[Finding]) -> str:
    """The worst level of all."""
    levels = {one.level for one in found}
    return "bad" if "bad" in levels else "doubt" if "doubt" in levels else "ok"
