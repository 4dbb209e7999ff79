"""大排查: who was missed, which households have no file, what is dangerous (S25, S37, S39, S40, R14)."""

from tables.rows import (
    META,
    MUST,
    NOT_EARLIER,
    PHONE,
    PHOTO,
    YES_NO,
    Form,
    Row,
    at_most,
    day,
    org,
    page,
    q,
    repeat,
)

COUNT = {
    "constraint": ". >= 0 and . <= 20000",
    "say": "请填 0 到 20000 户 | 0 to 20,000 households",
}


def found(name: str, question: str) -> Row:
    """Opens the cards of one kind of finding."""
    return q("select_one yes_no", name, question, appearance="horizontal", **MUST)


def listed(repeat_name: str, name: str) -> Row:
    """A filed household, which may stand on one card only."""
    return q(
        "select_one_from_file households.csv",
        name,
        "哪一户？ | Which household?",
        required="yes",
        appearance="autocomplete",
        constraint=f"count(${{{repeat_name}}}[{name} = current()/.]) = 1",
        say="这一户已经填过了 | This household has a card already",
    )


SCOPE = [
    *META,
    *org(
        "排查哪个单位的范围？ | Whose area is searched?",
        "乡镇、街道、村居或企业工会 | Town, village or enterprise union",
    ),
    day("排查日期 | Date"),
    q(
        "text",
        "scope",
        "排查的村组、楼栋或车间 | Villages, buildings or workshops",
        "写清楚，别的组就不会重复走 | Write it plainly, so that no other team walks it again",
        appearance="multiline",
        **MUST,
    ),
    q("select_multiple how", "how", "怎么排查的？ | How was it done?", **MUST),
    *page(
        "counts",
        "走了多少户 | How many households",
        q("integer", "in_scope", "范围内总户数 | Households in the area", **MUST, **COUNT),
        q(
            "integer",
            "walked",
            "走到的户数 | Households reached",
            **MUST,
            **at_most("in_scope", "总户数", "the households in the area"),
        ),
        q(
            "integer",
            "filed",
            "其中建档困难职工 | of them with a hardship file",
            **MUST,
            **at_most("in_scope", "总户数", "the households in the area"),
        ),
        q(
            "integer",
            "filed_met",
            "建档户见到的 | filed households met",
            **MUST,
            **at_most("filed", "建档户数", "the filed households"),
        ),
    ),
    q("calculate", "unmet", calculation="${filed} - ${filed_met}"),
    q("calculate", "coverage", calculation="if(${filed} > 0, round(${filed_met} * 100 div ${filed}, 1), '')"),
    q(
        "note",
        "coverage_note",
        "建档户走访率 ${coverage}%，还有 ${unmet} 户没见到，下面逐户写原因。"
        " | ${coverage}% of filed households met, ${unmet} to go: give the reason for each.",
        relevant="${unmet} > 0",
    ),
]

UNREACHED = repeat(
    "unreached",
    "没见到的建档户 | A filed household not met",
    listed("unreached", "missed_file"),
    q("select_one why_not", "why_not", "为什么没见到？ | Why?", **MUST),
    q(
        "text",
        "where_now",
        "人在哪里，怎么联系？ | Where are they now?",
        relevant="${why_not} = 'away' or ${why_not} = 'moved'",
    ),
    q(
        "date",
        "again_on",
        "哪天再去？ | When will you return?",
        relevant="${why_not} != 'moved'",
        **MUST,
        **NOT_EARLIER,
    ),
    repeat_count="${unmet}",
)

MISSED = [
    found("any_missed", "发现应建档没建档的吗？ | Anyone who should have a file and has none?"),
    *repeat(
        "missed",
        "没有建档的困难户 | A household without a file",
        *page(
            "missed_who",
            "谁家 | Who",
            q(
                "text",
                "missed_name",
                "职工姓名 | Name",
                constraint="string-length(.) >= 2",
                say="请写全名 | Full name",
                **MUST,
            ),
            q("text", "missed_phone", "电话 | Telephone", **PHONE),
            q("text", "missed_address", "住在哪里，门怎么找？ | Address, and how to find the door", **MUST),
            q(
                "integer",
                "missed_people",
                "几口人？ | People",
                constraint=". >= 1 and . <= 30",
                say="请填 1 到 30 | 1 to 30",
                **MUST,
            ),
            q(
                "decimal",
                "missed_income",
                "每人每月收入大约多少元？ | Income per head and month (yuan)",
                constraint=". >= 0 and . <= 100000",
                say="请填 0 到 100000 | 0 to 100,000",
                **MUST,
            ),
        ),
        q("select_multiple cause", "missed_cause", "为什么困难？ | Why is it hard?", **MUST),
        q("select_multiple why_missed", "why_missed", "为什么没有建档？ | Why is there no file?", **MUST),
        q(
            "select_one yes_no",
            "urgent",
            "过年有困难吗（缺粮、缺暖、缺药）？ | In want of food, heat or medicine?",
            **MUST,
        ),
        q(
            "text",
            "urgent_what",
            "缺什么？马上怎么办？ | What is needed now, who brings it?",
            relevant="${urgent} = 'yes'",
            **MUST,
        ),
        q("select_one next_step", "next_step", "下一步 | Next step", appearance="minimal", **MUST),
        q("acknowledge", "missed_consent", "本人同意登记 | The person agrees to be registered", **MUST),
        q("geopoint", "missed_place", "在门口定位 | Position at the door"),
        q(
            "image",
            "missed_door",
            "门牌或房屋照片 | Photo of the door or house",
            "不拍本人 | Not of the person",
            **PHOTO,
        ),
        relevant="${any_missed} = 'yes'",
    ),
]

CHANGED = [
    found("any_changed", "建档户有要改、要注销的吗？ | Any file to change or close?"),
    *repeat(
        "changed",
        "要改的档案 | A file to change",
        listed("changed", "changed_file"),
        q("select_one change", "change", "什么情况？ | What happened?", **MUST),
        q(
            "date",
            "changed_on",
            "从哪天起？ | Since when?",
            constraint=". <= today()",
            say="不能是以后的日期 | Not in the future",
        ),
        q("text", "change_proof", "听谁说的，看到什么证明？ | Who said so, what proof?", **MUST),
        relevant="${any_changed} = 'yes'",
    ),
]

RISKS = [
    found("any_risk", "发现安全隐患或纠纷苗头吗？ | Any danger or dispute?"),
    *repeat(
        "risk",
        "隐患 | Danger",
        q("select_one risk or_other", "risk_kind", "哪一类？ | Which kind?", **MUST),
        q("text", "risk_where", "在哪里，什么情况？ | Where and what?", appearance="multiline", **MUST),
        q(
            "integer",
            "risk_people",
            "影响多少人？ | People concerned",
            constraint=". >= 1 and . <= 100000",
            say="请填 1 到 100000 | 1 to 100,000",
            **MUST,
        ),
        q("select_one grade", "risk_grade", "严重程度 | How serious", appearance="horizontal", **MUST),
        q(
            "decimal",
            "risk_owed",
            "欠薪总额（元） | Wages owed (yuan)",
            relevant="${risk_kind} = 'arrears'",
            constraint=". > 0 and . <= 99999999",
            say="请填大于 0 的金额 | More than 0",
            appearance="thousands-sep",
            **MUST,
        ),
        q(
            "text",
            "risk_done",
            "当场做了什么？ | What was done at once?",
            relevant="${risk_grade} = 'red'",
            **MUST,
        ),
        q("select_multiple told", "risk_told", "报给了谁？ | Who was told?", **MUST),
        q("date", "risk_until", "哪天前解决？ | To be solved by", **MUST, **NOT_EARLIER),
        q("image", "risk_photo", "照片 | Photo", **PHOTO),
        relevant="${any_risk} = 'yes'",
    ),
]

END = [
    q("calculate", "missed_count", calculation="count(${missed})"),
    q("calculate", "urgent_count", calculation="count(${missed}[urgent = 'yes'])"),
    q("calculate", "changed_count", calculation="count(${changed})"),
    q("calculate", "risk_count", calculation="count(${risk})"),
    q("calculate", "red_count", calculation="count(${risk}[risk_grade = 'red'])"),
    q("calculate", "risk_people_sum", calculation="sum(${risk}[risk_people != '']/risk_people)"),
    q(
        "note",
        "sum_up",
        "漏档 ${missed_count} 户（急需 ${urgent_count} 户），要改的档案 ${changed_count} 份，"
        "隐患 ${risk_count} 处（紧急 ${red_count} 处）。"
        " | ${missed_count} without a file (${urgent_count} urgent), ${changed_count} files to change,"
        " ${risk_count} dangers (${red_count} grave).",
    ),
    q(
        "note",
        "red_note",
        "有紧急隐患：请今天电话报县总工会，不要等同步。 | Grave danger: telephone the county union today.",
        relevant="${red_count} > 0",
    ),
    q(
        "text",
        "advice",
        "对党委政府和上级工会的建议 | Advice to government and union",
        appearance="multiline",
    ),
    q(
        "image",
        "leader_sign",
        "排查组长签字 | Signature of the team's leader",
        appearance="signature",
        **MUST,
    ),
]

CHOICES = {
    **YES_NO,
    "how": {
        "door": "挨家挨户走 | Door to door",
        "list": "对照名册 | Against the register",
        "elders": "问村组长、班组长 | Asked village or team heads",
        "hotline": "12351 线索 | Calls to 12351",
        "other_offices": "民政、社保数据 | Civil affairs or insurance data",
    },
    "why_not": {
        "away": "外出打工 | Away for work",
        "absent": "不在家 | Not at home",
        "hospital": "住院 | In hospital",
        "moved": "搬走了 | Moved",
        "snow": "路不通 | No road",
        "refused": "不愿意见 | Would not see us",
    },
    "cause": {
        "illness": "患病 | Illness",
        "disability": "残疾 | Disability",
        "schooling": "子女上学 | Schooling",
        "jobless": "失业 | Unemployment",
        "disaster": "受灾、意外 | Disaster or accident",
        "arrears": "欠薪 | Wages owed",
        "uninsured": "没有保险 | No insurance",
    },
    "why_missed": {
        "unknown": "不知道可以申请 | Did not know",
        "papers": "材料不齐 | Papers missing",
        "moved_in": "新搬来 | Moved in",
        "refused_before": "以前没批 | Refused before",
        "ashamed": "不好意思 | Ashamed to ask",
        "no_union": "单位没有工会 | No union at work",
        "sudden": "最近才困难 | Recent hardship",
    },
    "next_step": {
        "apply": "帮他申请建档 | Help to apply for a file",
        "temporary": "先给临时救助 | Temporary aid first",
        "civil": "转民政 | Pass to civil affairs",
        "verify": "再核实 | Look again",
    },
    "change": {
        "deceased": "去世 | Died",
        "moved": "迁走 | Moved away",
        "better": "已经脱困 | No longer in hardship",
        "worse": "更困难了 | Worse off",
        "double": "重复建档 | Filed twice",
        "wrong": "情况不实 | Not true",
    },
    "risk": {
        "stove": "煤炉、一氧化碳 | Stove, carbon monoxide",
        "wiring": "电线、火灾 | Wiring, fire",
        "house": "危房 | Unsafe house",
        "alone": "独居无人照看 | Alone, nobody looks in",
        "arrears": "欠薪 | Wages owed",
        "dispute": "劳动纠纷、聚集 | Labour dispute",
        "machine": "生产安全 | Safety at work",
        "mind": "情绪异常 | In despair",
    },
    "grade": {"red": "紧急 | Grave", "yellow": "要尽快 | Soon", "green": "一般 | Minor"},
    "told": {
        "family": "本人和家属 | The family",
        "village": "村居、单位 | Village or employer",
        "town": "乡镇街道 | Town",
        "inspectors": "劳动监察 | Labour inspectors",
        "emergency": "应急、消防、公安 | Emergency services",
        "union": "上级工会 | Higher union",
    },
}

FORM = Form(
    "risk_sweep",
    "大排查：漏访、漏档和安全隐患",
    [*SCOPE, *UNREACHED, *MISSED, *CHANGED, *RISKS, *END],
    CHOICES,
)
