"""大调查: how workers live and what they want of their union, filed or not (S18, S35, S40, S42, S47)."""

from tables.rows import (
    META,
    MONEY,
    MUST,
    PHONE,
    YES_NO,
    Form,
    Row,
    group,
    page,
    q,
    repeat,
)

SATISFIED = (
    ("union_help", "工会的帮助 | Help from the union"),
    ("union_speaks", "工会替职工说话 | The union speaking up for workers"),
    ("employer", "单位对职工 | How the employer treats workers"),
    ("pay", "自己的收入 | Own income"),
    ("future", "对今后的日子 | The days ahead"),
)


def cost(name: str, label: str, relevant: str = "") -> Row:
    more = {"relevant": relevant} if relevant else {}
    return q("decimal", name, label, default="0", **MONEY, **more)


WHO = [
    *META,
    q(
        "acknowledge",
        "consent",
        "已说明：自愿回答，可以不留姓名，只用于工会改进服务"
        " | Said: answering is free, no name is needed, it only serves the union's work",
        **MUST,
    ),
    q("select_one spot or_other", "spot", "在哪里调查？ | Where are you?", **MUST),
    q("select_one filed", "filed", "建了困难职工档案吗？ | Is there a hardship file?", **MUST),
    q(
        "select_one_from_file households.csv",
        "household",
        "是哪一户？ | Which household?",
        "名单里找不到可以不选 | Leave empty if it is not on the list",
        relevant="${filed} = 'yes'",
        appearance="autocomplete",
    ),
    *page(
        "person",
        "被调查人 | The person",
        q("text", "name", "姓名（可以不填） | Name (may be left out)"),
        q("text", "phone", "电话（可以不填） | Telephone (may be left out)", **PHONE),
        q("select_one sex", "sex", "性别 | Sex", appearance="horizontal", **MUST),
        q(
            "integer",
            "age",
            "年龄 | Age",
            constraint=". >= 16 and . <= 100",
            say="请填 16 到 100 岁；不满 16 岁的不做调查 | 16 to 100; nobody younger is asked",
            **MUST,
        ),
        q("select_one school", "school", "文化程度 | Schooling", appearance="minimal"),
        q("select_one yes_no", "migrant", "是农民工吗？ | Migrant worker?", appearance="horizontal", **MUST),
    ),
]

WORK = [
    q("select_one work", "work", "现在的工作状态 | Work at present", **MUST),
    *page(
        "job",
        "工作 | The job",
        q(
            "select_one employer or_other",
            "employer_kind",
            "单位性质 | Kind of employer",
            appearance="minimal",
            **MUST,
        ),
        q("select_one contract", "contract", "劳动合同 | Labour contract", **MUST),
        q(
            "decimal",
            "hours",
            "每周工作多少小时？ | Hours a week",
            constraint=". > 0 and . <= 120",
            say="请填 1 到 120 小时 | 1 to 120 hours",
            **MUST,
        ),
        q("decimal", "wage", "每月到手工资（元） | Monthly take-home pay (yuan)", **MUST, **MONEY),
        q("select_one yes_no", "owed", "有拖欠工资吗？ | Are wages owed?", appearance="horizontal", **MUST),
        relevant="${work} = 'on_post' or ${work} = 'casual'",
    ),
    *page(
        "arrears",
        "欠薪 | Wages owed",
        q(
            "decimal",
            "owed_yuan",
            "欠了多少（元）？ | How much (yuan)?",
            constraint=". > 0 and . <= 9999999",
            say="请填大于 0 的金额 | More than 0",
            appearance="thousands-sep",
            **MUST,
        ),
        q("text", "owed_by", "哪个单位、哪个工地？ | Which employer or site?", **MUST),
        q(
            "integer",
            "owed_mates",
            "还有几个工友也被欠？ | How many others are owed?",
            constraint=". >= 0 and . <= 10000",
            say="请填 0 到 10000 | 0 to 10,000",
        ),
        q(
            "note",
            "owed_note",
            "请回单位后登记欠薪诉求，两天内回访。 | Register a wage case and call back in two days.",
        ),
        relevant="${owed} = 'yes'",
    ),
    *page(
        "jobless",
        "没有工作 | Without work",
        q(
            "integer",
            "idle_months",
            "多少个月没有工作了？ | Months without work",
            constraint=". >= 0 and . <= 600",
            say="请填 0 到 600 | 0 to 600",
            **MUST,
        ),
        q("select_multiple jobs", "job_help", "希望得到哪种帮助？ | Which help is wanted?"),
        relevant="${work} = 'unemployed' or ${work} = 'awaiting'",
    ),
    q(
        "select_multiple insurance",
        "insured",
        "参加了哪些保险？ | Which insurance is there?",
        constraint="not(selected(., 'none') and count-selected(.) > 1)",
        say="选了「都没有」就不要再选别的 | 'None' cannot go with the others",
        **MUST,
    ),
]

FAMILY = [
    *page(
        "home",
        "家庭 | The family",
        q(
            "integer",
            "people",
            "家里几口人（包括本人）？ | People in the family",
            constraint=". >= 1 and . <= 30",
            say="请填 1 到 30 | 1 to 30",
            **MUST,
        ),
        q(
            "integer",
            "dependants",
            "几个人要靠别人养？ | How many depend on the others?",
            "上学的、患病的、残疾的、没有收入的老人 | In school, ill, disabled, old without income",
            constraint=". >= 0 and . <= ${people}",
            say="不能比家里人数多 | Not more than the family",
            **MUST,
        ),
    ),
    *repeat(
        "dependant",
        "要负担的人 | A dependant",
        q("select_one relation", "relation", "是本人的什么人？ | Relation", appearance="minimal", **MUST),
        q("select_multiple burden", "burden", "什么情况？ | What is the matter?", **MUST),
        cost("yearly", "一年要花多少（元）？ | Cost in a year (yuan)"),
        repeat_count="${dependants}",
    ),
    *page(
        "budget",
        "一年的收支（元） | A year's money (yuan)",
        q("decimal", "income", "全家总收入 | Income of the family", **MUST, **MONEY),
        cost("food", "吃穿用 | Food and clothes"),
        cost("medical", "看病 | Medical care"),
        cost("study", "上学 | Schooling"),
        cost("housing", "住房、水电取暖 | Housing, power, heating"),
        cost("debt", "还债 | Debts"),
    ),
    q("calculate", "spending", calculation="${food} + ${medical} + ${study} + ${housing} + ${debt}"),
    q("calculate", "month_per_head", calculation="round(${income} div ${people} div 12, 2)"),
    q(
        "calculate",
        "rigid_share",
        calculation="if(${income} > 0,"
        " round((${medical} + ${study} + ${housing}) * 100 div ${income}, 1), '')",
    ),
    q(
        "note",
        "budget_note",
        "每人每月收入 ${month_per_head} 元；看病、上学、住房占收入的 ${rigid_share}%。"
        " | ${month_per_head} yuan a head and month; care, schooling and housing take ${rigid_share}%.",
        relevant="${rigid_share} != ''",
    ),
    q(
        "note",
        "overspent",
        "支出 ${spending} 元，比收入多，请再核对一遍。"
        " | They spend ${spending} yuan, more than they earn: check.",
        relevant="${spending} > ${income}",
    ),
    q(
        "calculate",
        "should_file",
        calculation="if(${filed} != 'yes'"
        " and (${rigid_share} >= 50 or ${month_per_head} < 1000), 'yes', 'no')",
    ),
    q(
        "note",
        "should_file_note",
        "这一家可能符合建档条件，请把申请办法告诉他。"
        " | This family may qualify for a file: explain how to apply.",
        relevant="${should_file} = 'yes'",
    ),
]

WISHES = [
    q("rank wishes", "wishes", "最盼望解决什么？按着急程度排 | What matters most? Put in order"),
    *page(
        "views",
        "满意吗？ | How satisfied?",
        *(q("select_one satisfied", name, label, appearance="likert", **MUST) for name, label in SATISFIED),
    ),
    q(
        "calculate",
        "satisfaction",
        calculation="round((" + " + ".join(f"${{{name}}}" for name, _ in SATISFIED) + ") div 5, 1)",
    ),
    *group(
        "union",
        "和工会 | The union",
        q("select_one yes_no", "member", "是工会会员吗？ | Union member?", appearance="horizontal", **MUST),
        q(
            "select_one yes_no",
            "knows_line",
            "知道 12351 热线吗？ | Knows 12351?",
            appearance="horizontal",
            **MUST,
        ),
        q("select_multiple helped", "helped", "得到过工会哪些帮助？ | Which help was received?"),
        q(
            "range",
            "help_score",
            "给这些帮助打几分？ | Marks for this help",
            relevant="count-selected(${helped}) > 0",
            parameters="start=0 end=10 step=1",
            **MUST,
        ),
    ),
    q(
        "text",
        "words",
        "还想对工会说什么？ | Anything else to say?",
        "用他自己的话写 | In their own words",
        appearance="multiline",
    ),
    q("audio", "voice", "录一段他的原话（先征得同意） | Record it, with consent"),
]

CHOICES = {
    **YES_NO,
    "spot": {
        "home": "家里 | At home",
        "work": "单位、工地 | At work",
        "market": "劳务市场 | Labour market",
        "centre": "帮扶中心 | Service centre",
        "station": "车站 | Station",
    },
    "filed": {
        "yes": "建了 | Yes",
        "applied": "申请了，还没批 | Applied for",
        "no": "没有 | No",
        "unknown": "不清楚 | Not known",
    },
    "sex": {"female": "女 | Female", "male": "男 | Male"},
    "school": {
        "primary": "小学及以下 | Primary or less",
        "middle": "初中 | Middle school",
        "high": "高中、中专 | High or vocational school",
        "college": "大专及以上 | College or more",
    },
    "work": {
        "on_post": "在岗 | At work",
        "casual": "打零工 | Casual work",
        "awaiting": "待岗 | Sent home",
        "unemployed": "失业 | Unemployed",
        "retired": "退休 | Retired",
        "sick_leave": "病休 | On sick leave",
    },
    "employer": {
        "public": "机关事业单位 | Public body",
        "state_owned": "国有企业 | State-owned",
        "private": "民营企业 | Private",
        "foreign": "外资企业 | Foreign",
        "platform": "平台（外卖、快递、网约车） | Platform",
        "site": "建筑工地 | Building site",
    },
    "contract": {
        "fixed": "有，固定期限 | Fixed term",
        "open": "有，长期 | Open-ended",
        "agency": "和劳务公司签的 | With an agency",
        "none": "没有签 | None",
        "unknown": "不清楚 | Not known",
    },
    "jobs": {
        "post": "介绍工作 | A job",
        "training": "培训 | Training",
        "loan": "小额贷款创业 | A small loan",
        "public_post": "公益岗位 | A public-welfare post",
    },
    "insurance": {
        "pension": "养老 | Pension",
        "medical": "医疗 | Medical",
        "unemployment": "失业 | Unemployment",
        "injury": "工伤 | Work injury",
        "minimum": "低保 | Minimum living allowance",
        "mutual": "职工医疗互助 | Workers' mutual aid",
        "none": "都没有 | None",
    },
    "relation": {
        "spouse": "配偶 | Spouse",
        "child": "子女 | Child",
        "parent": "父母 | Parent",
        "sibling": "兄弟姐妹 | Brother or sister",
        "other": "其他 | Other",
    },
    "burden": {
        "school": "上学 | In school",
        "ill": "患病 | Ill",
        "disabled": "残疾 | Disabled",
        "old": "年老没有收入 | Old, no income",
        "jobless": "失业 | Unemployed",
    },
    "wishes": {
        "income": "增加收入 | More income",
        "arrears": "要回工资 | Wages paid",
        "medical": "看病 | Medical care",
        "study": "孩子上学 | Schooling",
        "housing": "住房 | Housing",
        "job": "工作 | A job",
        "insurance": "保险 | Insurance",
        "mind": "心里的烦恼 | Troubles of the mind",
    },
    "satisfied": {
        "5": "很满意 | Very",
        "4": "满意 | Satisfied",
        "3": "一般 | So so",
        "2": "不满意 | Not",
        "1": "很不满意 | Not at all",
    },
    "helped": {
        "visit": "节日慰问 | Festival visit",
        "medical": "医疗救助 | Medical aid",
        "study": "金秋助学 | School aid",
        "job": "介绍工作、培训 | Job, training",
        "legal": "法律援助 | Legal aid",
        "mutual": "医疗互助 | Mutual aid",
        "travel": "返乡车票 | Ticket home",
    },
}

FORM = Form("worker_survey", "大调查：职工生活和愿望", [*WHO, *WORK, *FAMILY, *WISHES], CHOICES)
