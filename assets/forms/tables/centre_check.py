"""帮扶中心检查表: premises, duty, files, money, services of a centre (S2, S3, S10, S27, S41, R17)."""

from tables.rows import (
    META,
    MONEY,
    MUST,
    NOT_EARLIER,
    PEOPLE,
    PHOTO,
    STATE,
    YES_NO,
    Form,
    Row,
    at_most,
    day,
    group,
    org,
    page,
    q,
    repeat,
)

SOURCES = (
    ("central", "中央财政 | Central fiscal"),
    ("province", "省级财政 | Provincial fiscal"),
    ("local", "市县财政 | Local fiscal"),
    ("matching", "工会配套 | Union matching"),
    ("donation", "社会捐助 | Donations"),
)
COUNT = {"constraint": ". >= 0 and . <= 1000000", "say": "请填 0 到 1000000 | 0 to 1,000,000"}


def service(name: str, label: str) -> Row:
    return q("integer", name, label, default="0", required="yes", **COUNT)


ARRIVAL = [
    *META,
    *org(
        "检查哪个帮扶中心（站点）？ | Which centre or station?",
        "没有列出的站点，选它的主管工会 | If not listed, its union",
    ),
    day(),
    q("time", "arrived", "几点到的？ | Time of arrival", **MUST),
    q(
        "select_one yes_no",
        "announced",
        "事先打过招呼吗？ | Was it announced?",
        appearance="horizontal",
        **MUST,
    ),
    q("geopoint", "place", "定位 | Position"),
    q(
        "select_one yes_no",
        "is_open",
        "到的时候开着门吗？ | Open on arrival?",
        appearance="horizontal",
        **MUST,
    ),
    q(
        "text",
        "closed_why",
        "为什么关着？问了谁？ | Why closed, who was asked?",
        relevant="${is_open} = 'no'",
        appearance="multiline",
        **MUST,
    ),
    q("image", "door_photo", "门口和牌子照片 | Photo of the door and sign", required="yes", **PHOTO),
]

PREMISES = [
    *page(
        "premises",
        "场所 | Premises",
        q("select_one state", "sign", "牌子醒目、好找 | Easy to find", appearance="likert", **MUST),
        q(
            "select_one state",
            "access",
            "老人、残疾人进得来 | Old and disabled can enter",
            appearance="likert",
            **MUST,
        ),
        q("select_one state", "room", "有单独谈话的地方 | A room to talk alone", appearance="likert", **MUST),
        q("select_one state", "warm", "有取暖、饮水 | Heating and water", appearance="likert", **MUST),
        q(
            "select_one state",
            "posted",
            "政策、流程上墙 | Rules and steps on the wall",
            appearance="likert",
            **MUST,
        ),
    ),
    q(
        "select_one call",
        "hotline",
        "当场拨一次 12351 或中心电话 | Call 12351 or the centre now",
        "用自己的手机拨 | From your own phone",
        **MUST,
    ),
]

DUTY = [
    *page(
        "staff",
        "人员 | Staff",
        q("integer", "full_time", "专职人员 | Full time", **MUST, **PEOPLE),
        q("integer", "part_time", "兼职和志愿者 | Part time and volunteers", default="0", **PEOPLE),
        q("integer", "present", "现在在岗的 | Present now", **MUST, **PEOPLE),
    ),
    q(
        "note",
        "staff_note",
        "在岗人数比专兼职总数还多，请核对。 | More are present than there are staff: check.",
        relevant="${present} > ${full_time} + coalesce(${part_time}, 0)",
    ),
    q(
        "select_one yes_no",
        "has_roster",
        "有两节值班表吗？ | Is there a duty roster for the festivals?",
        **MUST,
    ),
    *group(
        "duty",
        "值班抽查 | Spot check of the roster",
        q("image", "roster_photo", "值班表照片 | Photo of the roster", required="yes", **PHOTO),
        q(
            "integer",
            "days",
            "抽查几天？ | Days to check",
            default="3",
            constraint=". >= 1 and . <= 10",
            say="请填 1 到 10 天 | 1 to 10 days",
            **MUST,
        ),
        *repeat(
            "duty_day",
            "一个值班日 | One day of duty",
            q("date", "duty_date", "日期 | Date", **MUST),
            q("text", "duty_who", "值班人 | On duty", **MUST),
            q("select_one duty_seen", "duty_seen", "查到在岗吗？ | Was the person there?", **MUST),
            q(
                "text",
                "duty_why",
                "为什么不在？ | Why not?",
                relevant="${duty_seen} = 'absent'",
                **MUST,
            ),
            repeat_count="${days}",
        ),
        relevant="${has_roster} = 'yes'",
    ),
    q("calculate", "duty_checked", calculation="count(${duty_day})"),
    q("calculate", "duty_absent", calculation="count(${duty_day}[duty_seen = 'absent'])"),
]

FILES = [
    *page(
        "archive",
        "困难职工档案 | Hardship files",
        q("integer", "files", "在档户数 | Active files", **MUST, **COUNT),
        q(
            "integer",
            "rechecked",
            "近 12 个月复核过的 | Re-checked in 12 months",
            **MUST,
            **at_most("files", "在档户数", "the active files"),
        ),
        q(
            "integer",
            "to_sample",
            "今天抽查几户？ | Files to look at today",
            "一般不少于 5 户 | Usually 5 or more",
            default="5",
            constraint=". >= 0 and . <= 30 and . <= ${files}",
            say="最多 30 户，不能比在档户数多 | At most 30, not more than there are",
            **MUST,
        ),
    ),
    *repeat(
        "sample",
        "抽查的档案 | A file looked at",
        q(
            "select_one_from_file households.csv",
            "sample_file",
            "哪一户？ | Which household?",
            "名单里没有就写编号 | If not on the list, write its number",
            appearance="autocomplete",
        ),
        q("text", "sample_number", "档案编号 | Number of the file", relevant="${sample_file} = ''", **MUST),
        q(
            "select_multiple papers",
            "lacking",
            "缺哪些材料？ | Which papers are missing?",
            "不缺就不选 | None: leave empty",
        ),
        q(
            "select_one yes_no",
            "fresh",
            "一年内更新过吗？ | Updated within a year?",
            appearance="horizontal",
            **MUST,
        ),
        q(
            "select_one yes_no",
            "true",
            "打电话核实，情况属实吗？ | True, by telephone?",
            appearance="horizontal",
            **MUST,
        ),
        q(
            "text",
            "untrue",
            "哪里不属实？ | What is not true?",
            relevant="${true} = 'no'",
            appearance="multiline",
            **MUST,
        ),
        repeat_count="${to_sample}",
    ),
    q("calculate", "sampled", calculation="count(${sample})"),
    q(
        "calculate",
        "faulty",
        calculation="count(${sample}[lacking != '' or fresh = 'no' or true = 'no'])",
    ),
    q(
        "calculate",
        "recheck_rate",
        calculation="if(${files} > 0, round(${rechecked} * 100 div ${files}, 1), '')",
    ),
    q(
        "note",
        "files_note",
        "抽查 ${sampled} 户，有问题 ${faulty} 户；一年内复核 ${recheck_rate}%。"
        " | ${faulty} of ${sampled} files are faulty; ${recheck_rate}% re-checked within a year.",
        relevant="${sampled} > 0",
    ),
]

MONEY_IN = "".join(f" + ${{{name}_in}}" for name, _ in SOURCES)[3:]
MONEY_OUT = "".join(f" + ${{{name}_out}}" for name, _ in SOURCES)[3:]
FUNDS = [
    *(
        row
        for name, label in SOURCES
        for row in page(
            f"fund_{name}",
            label,
            q(
                "decimal",
                f"{name}_in",
                "今年到账（元） | Received this year (yuan)",
                default="0",
                required="yes",
                **MONEY,
            ),
            q(
                "decimal",
                f"{name}_out",
                "已经支出（元） | Spent (yuan)",
                default="0",
                required="yes",
                constraint=f". >= 0 and . <= ${{{name}_in}}",
                say="支出不能比到账多 | Not more than was received",
                appearance="thousands-sep",
            ),
        )
    ),
    q("calculate", "money_in", calculation=MONEY_IN),
    q("calculate", "money_out", calculation=MONEY_OUT),
    q("calculate", "money_left", calculation="round(${money_in} - ${money_out}, 2)"),
    q(
        "note",
        "money_note",
        "到账 ${money_in} 元，支出 ${money_out} 元，结余 ${money_left} 元，请和账本核对。"
        " | ${money_in} in, ${money_out} out, ${money_left} left: compare with the books.",
    ),
    *page(
        "rules",
        "资金管理 | Rules for money",
        q(
            "select_one yes_no",
            "own_account",
            "专户管理、专款专用？ | Account of its own?",
            appearance="horizontal",
            **MUST,
        ),
        q(
            "select_one yes_no",
            "by_bank",
            "都走银行卡发放？ | All paid by bank?",
            appearance="horizontal",
            **MUST,
        ),
        q(
            "select_one yes_no",
            "goods_from_fiscal",
            "用财政资金买过物品吗？ | Goods bought with fiscal money?",
            appearance="horizontal",
            **MUST,
        ),
        q(
            "select_one yes_no",
            "public_list",
            "发放名单公示了吗？ | Was the list made public?",
            appearance="horizontal",
            **MUST,
        ),
        q(
            "select_one yes_no",
            "agrees",
            "账本和上面一致吗？ | Do the books agree?",
            appearance="horizontal",
            **MUST,
        ),
    ),
    q(
        "text",
        "cash_why",
        "为什么发现金？多少人、多少钱？ | Why cash? How many, how much?",
        relevant="${by_bank} = 'no'",
        **MUST,
    ),
    q(
        "image",
        "list_photo",
        "公示栏照片 | Photo of the public notice",
        relevant="${public_list} = 'yes'",
        **PHOTO,
    ),
    q(
        "note",
        "goods_note",
        "中央和省财政帮扶资金不得发实物，请当场记下金额和批准人。"
        " | Central and provincial money may not be given as goods: note the sum and who approved.",
        relevant="${goods_from_fiscal} = 'yes'",
    ),
]

SERVICES = page(
    "services",
    "近 12 个月服务（人次） | Services in 12 months",
    service("living_aid", "生活救助 | Living aid"),
    service("medical_aid", "医疗救助 | Medical aid"),
    service("school_aid", "助学 | School aid"),
    service("trained", "培训 | Training"),
    service("placed", "介绍就业 | Placed in jobs"),
    service("legal_aid", "法律援助 | Legal aid"),
    service("petitions", "来信来访 | Petitions"),
    q(
        "integer",
        "petitions_open",
        "还没有答复的来信来访 | Petitions not answered",
        default="0",
        required="yes",
        constraint=". >= 0 and . <= ${petitions}",
        say="不能比来信来访总数多 | Not more than the petitions",
    ),
)

END = [
    q(
        "calculate",
        "marks_lost",
        calculation="15 * (${is_open} = 'no') + 10 * (${hotline} != 'answered') + 10 * (${has_roster} = 'no')"
        " + 5 * ${duty_absent} + 5 * ${faulty} + 20 * (${goods_from_fiscal} = 'yes')"
        " + 15 * (${own_account} = 'no')"
        " + 10 * (${by_bank} = 'no') + 10 * (${public_list} = 'no') + 15 * (${agrees} = 'no')",
    ),
    q("calculate", "score", calculation="max(0, 100 - ${marks_lost})"),
    q("note", "score_note", "按以上情况得 ${score} 分。 | These answers make ${score} of 100."),
    q(
        "select_one yes_no",
        "any_problem",
        "有问题要整改吗？ | Anything to put right?",
        appearance="horizontal",
        **MUST,
    ),
    *repeat(
        "problem",
        "要整改的问题 | A thing to put right",
        q("text", "problem_what", "什么问题？ | What?", appearance="multiline", **MUST),
        q("text", "problem_who", "谁负责？ | Who is in charge?", **MUST),
        q("date", "problem_until", "哪天前改好？ | By when?", **MUST, **NOT_EARLIER),
        relevant="${any_problem} = 'yes'",
    ),
    q("text", "asks", "中心的困难和要求 | What the centre needs", appearance="multiline"),
    q(
        "image",
        "head_sign",
        "中心负责人签字 | Signature of the centre's head",
        appearance="signature",
        **MUST,
    ),
    q("image", "checker_sign", "检查人签字 | Signature of the inspector", appearance="signature", **MUST),
]

CHOICES = {
    **YES_NO,
    **STATE,
    "call": {
        "answered": "三声内有人接，答得清楚 | Answered at once and well",
        "unclear": "有人接，答不清楚 | Answered, not well",
        "slow": "很久才接 | Answered late",
        "nobody": "没人接 | Nobody answered",
    },
    "duty_seen": {
        "present": "在岗 | Present",
        "log": "有值班记录 | In the log",
        "swapped": "换了人，有手续 | Replaced, in writing",
        "absent": "不在岗 | Absent",
    },
    "papers": {
        "application": "申请书 | Application",
        "authorisation": "核对授权书 | Authorisation",
        "id": "身份证、户口本 | ID and register",
        "income": "收入证明 | Proof of income",
        "illness": "病历、票据 | Medical papers",
        "survey": "入户调查表 | Home survey",
        "notice": "公示记录 | Public notice",
        "approval": "审批表 | Approval",
    },
}

FORM = Form(
    "centre_check",
    "帮扶中心检查表",
    [*ARRIVAL, *PREMISES, *DUTY, *FILES, *FUNDS, *SERVICES, *END],
    CHOICES,
)
