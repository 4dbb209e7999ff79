"""基层工会检查表: hearing and checking a grassroots union (S13, S25, S27, S28, S30, S32, S42, R9, R19)."""

from tables.rows import (
    META,
    MONEY,
    MUST,
    NOT_EARLIER,
    NOT_LATER,
    PEOPLE,
    PHOTO,
    STATE,
    YES_NO,
    Form,
    at_most,
    day,
    group,
    org,
    page,
    q,
    repeat,
)

COUNT = {"constraint": ". >= 0 and . <= 100000", "say": "请填 0 到 100000 | 0 to 100,000"}
MARKS = (
    ("leads", "领导重视、分工清楚 | Led and shared out"),
    ("register", "台账、名册完整 | Books and registers"),
    ("visits", "走访认真、慰问到人 | Visits made in earnest"),
    ("openness", "公示、公开 | Openness"),
    ("follow_up", "问题有跟踪、有回访 | Follow-up"),
)

ABOUT = [
    *META,
    *org("检查哪个工会？ | Which union?", "乡镇街道、企业或产业工会 | Of a town, enterprise or industry"),
    day(),
    *page(
        "hearing",
        "听汇报 | The report",
        q(
            "text",
            "heard",
            "谁来汇报（姓名、职务）？ | Who reported (name, post)?",
            appearance="multiline",
            **MUST,
        ),
        q(
            "integer",
            "party",
            "我们一行几个人？ | How many came with you?",
            "轻车简从，厉行节约 | As few as will do",
            constraint=". >= 1 and . <= 100",
            say="请填 1 到 100 | 1 to 100",
            **MUST,
        ),
        q(
            "integer",
            "cars",
            "几辆车？ | How many cars?",
            constraint=". >= 0 and . <= 20",
            say="请填 0 到 20 | 0 to 20",
            **MUST,
        ),
    ),
    q(
        "note",
        "frugal",
        "超过 8 人或 3 辆车，请说明原因。 | More than 8 people or 3 cars: say why.",
        relevant="${party} > 8 or ${cars} > 3",
    ),
    q(
        "text",
        "party_why",
        "为什么这么多人和车？ | Why so many?",
        relevant="${party} > 8 or ${cars} > 3",
        **MUST,
    ),
    q("text", "report", "汇报要点 | What was reported", appearance="multiline", **MUST),
    q("file", "report_file", "汇报材料 | The written report"),
    q("image", "meeting", "座谈照片 | Photo of the meeting", **PHOTO),
]

ORGANISATION = [
    *page(
        "organisation",
        "组织 | The union",
        q(
            "select_one union_kind or_other",
            "union_kind",
            "哪一类工会？ | Kind of union",
            appearance="minimal",
            **MUST,
        ),
        q("integer", "staff", "范围内职工 | Workers in its area", **MUST, **PEOPLE),
        q("integer", "members", "会员 | Members", **MUST, **at_most("staff", "职工人数", "the workers")),
        q("date", "elected", "上次换届 | Last election", appearance="month-year", **MUST, **NOT_LATER),
        q("select_one chair", "chair", "工会主席 | The chair", **MUST),
    ),
    q(
        "calculate",
        "member_rate",
        calculation="if(${staff} > 0, round(${members} * 100 div ${staff}, 1), '')",
    ),
    q("calculate", "term_years", calculation="int((today() - ${elected}) div 365.25)"),
    q(
        "note",
        "term_note",
        "已经 ${term_years} 年没有换届，超过五年要报上级工会。"
        " | No election for ${term_years} years: over five must be reported.",
        relevant="${term_years} >= 5",
    ),
]

FUNDS = [
    *page(
        "funds",
        "经费 | Money",
        q("decimal", "fees", "本级工会经费总额（元） | The union's own funds (yuan)", **MUST, **MONEY),
        q(
            "decimal",
            "aid_budget",
            "安排用于送温暖（元） | Set aside for hardship aid (yuan)",
            **MUST,
            **MONEY,
        ),
        q(
            "decimal",
            "aid_spent",
            "已经支出（元） | Spent (yuan)",
            constraint=". >= 0 and . <= ${aid_budget}",
            say="不能比安排的多 | Not more than was set aside",
            appearance="thousands-sep",
            **MUST,
        ),
        q("decimal", "raised", "募集（元） | Raised (yuan)", default="0", **MONEY),
    ),
    q("calculate", "aid_share", calculation="if(${fees} > 0, round(${aid_budget} * 100 div ${fees}, 1), '')"),
    q(
        "note",
        "share_note",
        "送温暖经费占 ${aid_share}%，不到 8%。 | Hardship aid has ${aid_share}% of the funds, less than 8%.",
        relevant="${aid_share} < 8",
    ),
    q(
        "select_one yes_no",
        "audited",
        "今年经审审过吗？ | Audited this year?",
        appearance="horizontal",
        **MUST,
    ),
    q("text", "not_audited", "什么时候审？ | When will it be?", relevant="${audited} = 'no'", **MUST),
]

COVERAGE = [
    *page(
        "coverage",
        "走访全覆盖 | Reaching every household",
        q("integer", "files", "建档困难职工户 | Filed households", **MUST, **COUNT),
        q(
            "integer",
            "visited",
            "两节已走访 | Visited this season",
            **MUST,
            **at_most("files", "建档户数", "the filed households"),
        ),
        q(
            "integer",
            "paired",
            "有结对干部的 | With a paired cadre",
            **at_most("files", "建档户数", "the filed households"),
        ),
        q(
            "integer",
            "migrants_visited",
            "走访农民工（户次） | Migrant workers visited",
            default="0",
            **COUNT,
        ),
        q("integer", "models_visited", "走访劳模（户次） | Model workers visited", default="0", **COUNT),
        q(
            "integer",
            "posts_visited",
            "慰问一线岗位（人次） | Workers at their posts visited",
            default="0",
            **COUNT,
        ),
        q("integer", "tickets", "帮农民工订票、包车（人次） | Migrants helped home", default="0", **COUNT),
    ),
    q("calculate", "visit_rate", calculation="if(${files} > 0, round(${visited} * 100 div ${files}, 1), '')"),
    q(
        "text",
        "unvisited_why",
        "走访率 ${visit_rate}%，没走到的为什么？哪天走完？"
        " | ${visit_rate}% visited: why not the others, and when?",
        relevant="${visited} < ${files}",
        appearance="multiline",
        **MUST,
    ),
    q(
        "select_one yes_no",
        "two_visitors",
        "每户都是两人以上去的吗？ | Always two or more visitors?",
        appearance="horizontal",
        **MUST,
    ),
    q("select_multiple policies", "policies", "宣传了哪些政策？ | Which policies were explained?"),
]

RECEIPTS = [
    q(
        "integer",
        "to_call",
        "抽几张签收单打电话核对？ | Receipts to check by telephone",
        "一般不少于 3 张 | Usually 3 or more",
        default="3",
        constraint=". >= 0 and . <= 20 and . <= ${visited}",
        say="最多 20 张，不能比走访户数多 | At most 20, not more than the visits",
        **MUST,
    ),
    *repeat(
        "receipt",
        "核对一张签收单 | One receipt",
        q(
            "select_one_from_file households.csv",
            "receipt_file",
            "哪一户？ | Which household?",
            required="yes",
            appearance="autocomplete",
        ),
        q("decimal", "signed", "单子上签的金额（元） | Amount signed (yuan)", **MUST, **MONEY),
        q("select_one signer", "signer", "谁签的字？ | Who signed?", **MUST),
        q("select_one reached", "reached", "电话打通了吗？ | Was the call answered?", **MUST),
        q(
            "decimal",
            "got",
            "本人说收到（元） | Received, as told (yuan)",
            relevant="${reached} = 'yes'",
            **MUST,
            **MONEY,
        ),
        q(
            "text",
            "differs_why",
            "少收 ${short} 元，怎么回事？ | ${short} yuan less: what happened?",
            relevant="${short} != '' and ${short} != 0",
            appearance="multiline",
            **MUST,
        ),
        q(
            "calculate",
            "short",
            calculation="if(${reached} = 'yes' and ${got} != '', round(${signed} - ${got}, 2), '')",
        ),
        repeat_count="${to_call}",
    ),
    q("calculate", "called", calculation="count(${receipt}[reached = 'yes'])"),
    q("calculate", "mismatched", calculation="count(${receipt}[short != '' and short != 0])"),
    q("calculate", "by_staff", calculation="count(${receipt}[signer = 'staff'])"),
    q(
        "note",
        "receipts_note",
        "打通 ${called} 户，金额不一致 ${mismatched} 户，干部代签 ${by_staff} 张。"
        " | ${called} answered, ${mismatched} amounts differ, ${by_staff} signed by staff.",
        relevant="${called} > 0 or ${by_staff} > 0",
    ),
    q(
        "note",
        "incident_note",
        "干部代签或金额不一致，要报经审和纪检。"
        " | Signing by staff or a different amount goes to audit and discipline.",
        relevant="${mismatched} > 0 or ${by_staff} > 0",
    ),
]

VOICES = [
    q(
        "select_one yes_no",
        "any_voice",
        "职工反映了问题吗？ | Did workers raise anything?",
        appearance="horizontal",
        **MUST,
    ),
    *repeat(
        "voice",
        "反映的问题 | What was raised",
        q("select_one topic or_other", "topic", "哪方面？ | About what?", appearance="minimal", **MUST),
        q("text", "voice_what", "什么情况？ | What exactly?", appearance="multiline", **MUST),
        q(
            "integer",
            "voice_people",
            "涉及多少人？ | People concerned",
            constraint=". >= 1",
            say="至少 1 人 | At least 1",
            **MUST,
        ),
        q("select_one handled", "handled", "谁来办？ | Who takes it on?", **MUST),
        q("date", "voice_until", "哪天答复？ | Answer by", **MUST, **NOT_EARLIER),
        relevant="${any_voice} = 'yes'",
    ),
    q("calculate", "voices", calculation="count(${voice})"),
]

END = [
    *page(
        "marks",
        "总体评价 | Overall",
        *(q("select_one state", name, label, appearance="likert", **MUST) for name, label in MARKS),
    ),
    q(
        "calculate",
        "marks_good",
        calculation=" + ".join(f"(${{{name}}} = 'good')" for name, _ in MARKS),
    ),
    q(
        "calculate",
        "verdict",
        calculation="if(${by_staff} > 0 or ${mismatched} > 0, 'incident', if(checklist(4, 5, "
        + ", ".join(f"${{{name}}} = 'good'" for name, _ in MARKS)
        + "), 'good', 'improve'))",
    ),
    *group(
        "closing",
        "意见 | Closing",
        q("text", "praise", "好的做法 | What is done well", appearance="multiline"),
        q(
            "text",
            "improve",
            "要改进的 | What to improve",
            relevant="${verdict} != 'good'",
            appearance="multiline",
            **MUST,
        ),
        q(
            "date",
            "improve_until",
            "哪天前改好？ | By when?",
            relevant="${verdict} != 'good'",
            **MUST,
            **NOT_EARLIER,
        ),
    ),
    q("image", "chair_sign", "工会主席签字 | Signature of the chair", appearance="signature", **MUST),
    q("image", "checker_sign", "检查人签字 | Signature of the inspector", appearance="signature", **MUST),
]

CHOICES = {
    **YES_NO,
    **STATE,
    "union_kind": {
        "town": "乡镇街道工会 | Town union",
        "enterprise": "企业工会 | Enterprise union",
        "joint": "联合工会 | Joint union",
        "industry": "产业、行业工会 | Industrial union",
        "public": "机关事业单位工会 | Of a public body",
    },
    "chair": {
        "full": "专职 | Full time",
        "part": "兼职 | Part time",
        "employer_kin": "由老板亲属担任 | A relative of the employer",
        "vacant": "空缺 | Vacant",
    },
    "policies": {
        "aid": "帮扶救助 | Hardship aid",
        "medical": "医疗互助 | Mutual aid",
        "school": "金秋助学 | School aid",
        "wage": "工资支付 | Payment of wages",
        "job": "就业创业 | Jobs and business",
        "law": "劳动法 | Labour law",
    },
    "signer": {
        "self": "本人 | The person",
        "family": "家属代签 | A relative",
        "neighbour": "邻居、他人代签 | Somebody else",
        "staff": "工会干部代签 | Union staff",
    },
    "reached": {"yes": "打通了 | Yes", "no_answer": "没人接 | No answer", "wrong": "号码不对 | Wrong number"},
    "topic": {
        "wages": "工资 | Wages",
        "insurance": "保险 | Insurance",
        "safety": "安全、职业病 | Safety",
        "medical": "看病 | Medical care",
        "school": "上学 | Schooling",
        "jobs": "就业 | Jobs",
        "housing": "住房 | Housing",
    },
    "handled": {
        "here": "本级工会 | This union",
        "upper": "上级工会 | Higher union",
        "government": "党委政府 | Government",
        "inspectors": "劳动监察 | Labour inspectors",
        "legal": "法律援助 | Legal aid",
    },
}

FORM = Form(
    "union_check",
    "基层工会检查表",
    [*ABOUT, *ORGANISATION, *FUNDS, *COVERAGE, *RECEIPTS, *VOICES, *END],
    CHOICES,
)
