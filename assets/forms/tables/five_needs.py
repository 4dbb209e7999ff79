"""五需评估: 医房学业保 of a household, with causes, how serious, wishes and photos (S15, S18)."""

from tables.rows import HOUSEHOLD, META, MONEY, MUST, PHOTO, Form, Row, group, page, q

COUNT = {"constraint": ". >= 0 and . <= 20", "say": "请填 0 到 20 | 0 to 20"}


def need(name: str, title: str, *inside: Row) -> list[Row]:
    """One of the five needs: how serious, and when it is serious its details, the wish and a photo."""
    zh, en = (part.strip() for part in title.split("|"))
    return group(
        name,
        title,
        q(
            "select_one level",
            f"{name}_level",
            f"{zh}方面有多难？ | {en}: how hard is it?",
            appearance="horizontal",
            **MUST,
        ),
        page(
            f"{name}_more",
            f"{zh}：具体情况 | {en}: details",
            *inside,
            q(
                "text",
                f"{name}_wish",
                "本人的愿望 | What they wish for",
                "用他自己的话写 | In their own words",
                appearance="multiline",
            ),
            q(
                "image",
                f"{name}_photo",
                "照片（病历、房屋等，不拍本人） | Photo (papers, house; not the person)",
                **PHOTO,
            ),
            relevant=f"${{{name}_level}} > 0",
        ),
    )


ROWS = [
    *META,
    *HOUSEHOLD,
    q(
        "note",
        "hello",
        "${household_name}：下面逐项问医、房、学、业、保。"
        " | ${household_name}: care, housing, school, work, security.",
    ),
    *need(
        "medical",
        "医 | Medical care",
        q("select_multiple illness", "medical_who", "什么情况？ | What is it?", **MUST),
        q(
            "decimal",
            "medical_paid",
            "近一年自己掏的医药费（元） | Medical costs borne in a year (yuan)",
            **MONEY,
        ),
    ),
    *need(
        "housing",
        "房 | Housing",
        q("select_one house or_other", "housing_kind", "住的是什么房？ | What kind of home?", **MUST),
        q(
            "decimal",
            "housing_area",
            "人均面积（平方米） | Square metres a head",
            constraint=". >= 0 and . < 1000",
            say="请填 0 到 1000 | 0 to 1,000",
        ),
    ),
    *need(
        "education",
        "学 | Schooling",
        q("integer", "education_students", "在上学的有几个？ | How many in school?", **MUST, **COUNT),
        q("decimal", "education_paid", "一年学费和生活费（元） | Fees and keep in a year (yuan)", **MONEY),
    ),
    *need(
        "employment",
        "业 | Work",
        q(
            "integer",
            "employment_idle",
            "有劳动能力却没有工作的有几个？ | How many can work and have none?",
            **MUST,
            **COUNT,
        ),
        q("select_multiple jobs", "employment_help", "希望得到哪种帮助？ | Which help is wanted?"),
    ),
    *need(
        "security",
        "保 | Social security",
        q("select_multiple insurance", "security_missing", "哪些没有参加？ | Which is missing?", **MUST),
    ),
    q(
        "calculate",
        "needs_count",
        calculation="(${medical_level} > 0) + (${housing_level} > 0) + (${education_level} > 0)"
        " + (${employment_level} > 0) + (${security_level} > 0)",
    ),
    q(
        "calculate",
        "level_total",
        calculation="${medical_level} + ${housing_level} + ${education_level} + ${employment_level}"
        " + ${security_level}",
    ),
    q(
        "rank needs",
        "urgency",
        "请他按着急的程度排一排 | Ask them to put these in order of urgency",
        relevant="${needs_count} >= 2",
    ),
    q(
        "select_one cause",
        "cause",
        "最主要的致困原因 | Main cause of hardship",
        relevant="${needs_count} >= 1",
        appearance="minimal",
        **MUST,
    ),
    q(
        "select_multiple cause",
        "other_causes",
        "其他原因（最多三个） | Other causes (at most three)",
        relevant="${needs_count} >= 1",
        constraint="count-selected(.) <= 3 and not(selected(., ${cause}))",
        say="最多选三个，不要再选主要原因 | At most three, not the main cause again",
    ),
    q(
        "note",
        "summary",
        "共 ${needs_count} 项困难，困难程度合计 ${level_total}。"
        " | ${needs_count} needs, ${level_total} in all.",
    ),
    q(
        "acknowledge",
        "consent",
        "已告诉本人这些情况会存入帮扶档案 | The person was told that this goes into the file",
        **MUST,
    ),
]

CHOICES = {
    "level": {
        "0": "没有 | None",
        "1": "有些难 | Some",
        "2": "比较难 | Hard",
        "3": "非常难 | Very hard",
    },
    "illness": {
        "serious": "大病 | Serious illness",
        "chronic": "慢性病 | Chronic illness",
        "disabled": "残疾 | Disability",
        "injury": "工伤 | Work injury",
        "care": "需要人照料 | Needs care",
    },
    "house": {
        "own": "自有 | Own",
        "public": "公租房 | Public rental",
        "rented": "租房 | Rented",
        "relative": "借住 | With relatives",
        "unsafe": "危房 | Unsafe",
    },
    "jobs": {
        "training": "培训 | Training",
        "post": "介绍工作 | A job",
        "business": "小额贷款创业 | A small loan",
        "public_post": "公益岗位 | A public-welfare post",
    },
    "insurance": {
        "pension": "养老保险 | Pension",
        "medical": "医疗保险 | Medical",
        "unemployment": "失业保险 | Unemployment",
        "minimum": "低保 | Minimum living allowance",
    },
    "needs": {
        "medical": "医 | Medical care",
        "housing": "房 | Housing",
        "education": "学 | Schooling",
        "employment": "业 | Work",
        "security": "保 | Social security",
    },
    "cause": {
        "illness": "本人或家人患病 | Illness in the family",
        "disability": "残疾 | Disability",
        "schooling": "子女上学 | Schooling",
        "able_unemployed": "有劳动能力但失业 | Able, without work",
        "no_labour": "没有劳动能力 | Unable to work",
        "laid_off": "下岗 | Laid off",
        "disaster": "灾害 | Disaster",
        "accident": "意外事故 | Accident",
        "insurance_unpaid": "单位欠缴保险 | Insurance unpaid by the employer",
        "other": "其他 | Other",
    },
}

FORM = Form("five_needs", "五需评估", ROWS, CHOICES)
