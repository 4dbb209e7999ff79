"""入户调查表: who lives here, what comes in, what must be spent, net income per head (S15, S18, S40, R22)."""

from tables.rows import HOUSEHOLD, META, MONEY, MUST, PHONE, Form, day, group, page, q, repeat

COUNT = {"constraint": ". >= 0 and . <= 20", "say": "请填 0 到 20 | 0 to 20"}
MEMBER = repeat(
    "member",
    "家庭成员（包括本人） | Members of the family, the worker too",
    q("text", "member_name", "姓名 | Name", **MUST),
    q("select_one relation", "relation", "和职工的关系 | Relation to the worker", **MUST),
    q(
        "date",
        "birth",
        "出生日期 | Date of birth",
        constraint=". <= today() and . > '1900-01-01'",
        say="请检查出生日期 | Check the date of birth",
        **MUST,
    ),
    q("calculate", "age", calculation="int((today() - ${birth}) div 365.25)"),
    q("text", "school", "在哪里上学 | School", relevant="${age} >= 3 and ${age} <= 26"),
    q("select_one health", "health", "身体情况 | Health", appearance="quick", **MUST),
    q("decimal", "monthly", "每月收入（元） | Monthly income (yuan)", default="0", **MUST, **MONEY),
)
EXPENSE = repeat(
    "expense",
    "刚性支出 | Rigid spending",
    q("select_one expense_kind", "kind", "哪一类 | Which kind", **MUST),
    q("decimal", "amount", "金额（元） | Amount (yuan)", **MUST, **MONEY),
    q(
        "image",
        "bill",
        "票据照片 | Photo of the bill",
        relevant="${amount} >= 5000",
        parameters="max-pixels=2000",
    ),
    repeat_count="${expense_count}",
)

ROWS = [
    *META,
    *HOUSEHOLD,
    day("调查日期 | Date of the survey"),
    q("geopoint", "place", "在门口定位 | Position at the door"),
    q("select_one result", "result", "见到人了吗？ | Was anyone met?", **MUST),
    q(
        "text",
        "absent_note",
        "没见到的情况 | What happened",
        relevant="${result} != 'met'",
        appearance="multiline",
        **MUST,
    ),
    *group(
        "survey",
        "入户调查 | Survey",
        page(
            "worker",
            "职工本人 | The worker",
            q(
                "text",
                "worker_name",
                "姓名 | Name",
                constraint="string-length(.) >= 2",
                say="请写全名 | Write the full name",
                **MUST,
            ),
            q("text", "worker_phone", "电话 | Telephone", **PHONE),
            q("select_one work", "work_state", "工作状态 | Work", **MUST),
        ),
        MEMBER,
        q("calculate", "people", calculation="count(${member})"),
        q(
            "decimal",
            "subsidy",
            "低保、补贴等全年收入（元） | Allowances and subsidies in a year (yuan)",
            default="0",
            **MONEY,
        ),
        q(
            "integer",
            "expense_count",
            "近 12 个月有几笔刚性支出（看病、上学、住房等）？ | How many rigid expenses in 12 months?",
            default="0",
            **MUST,
            **COUNT,
        ),
        EXPENSE,
        q(
            "integer",
            "line",
            "当地低收入标准（元/人·月） | Local low-income line (yuan a head and month)",
            default="1200",
            constraint=". > 0 and . < 100000",
            say="请填 1 到 99999 | 1 to 99,999",
            **MUST,
        ),
        q("calculate", "income", calculation="sum(${monthly}) * 12 + coalesce(${subsidy}, 0)"),
        q("calculate", "rigid", calculation="sum(${expense}[amount != '']/amount)"),
        q("calculate", "per_head", calculation="round((${income} - ${rigid}) div ${people} div 12, 2)"),
        q(
            "calculate",
            "category",
            calculation="if(${per_head} <= ${line}, 'deep',"
            " if(${per_head} < 2 * ${line}, 'relative', 'none'))",
        ),
        q(
            "note",
            "result_note",
            "家庭 ${people} 人，每人每月净收入 ${per_head} 元。"
            " | ${people} in the family, ${per_head} yuan net a head and month.",
        ),
        q("image", "signature", "请本人签字 | The person signs", appearance="signature", **MUST),
        relevant="${result} = 'met'",
    ),
]

CHOICES = {
    "result": {
        "met": "见到了 | Met",
        "absent": "不在家 | Absent",
        "moved": "搬走了 | Moved",
        "refused": "不愿意谈 | Refused",
    },
    "work": {
        "on_post": "在岗 | At work",
        "awaiting": "待岗 | Sent home",
        "unemployed": "失业 | Unemployed",
        "retired": "退休 | Retired",
        "sick_leave": "病休 | On sick leave",
    },
    "relation": {
        "self": "本人 | The worker",
        "spouse": "配偶 | Spouse",
        "child": "子女 | Child",
        "parent": "父母 | Parent",
        "other": "其他 | Other",
    },
    "health": {
        "good": "健康 | Well",
        "chronic": "慢性病 | Chronic illness",
        "serious": "大病 | Serious illness",
        "disabled": "残疾 | Disabled",
    },
    "expense_kind": {
        "illness": "看病 | Medical care",
        "disability": "残疾照料 | Care for disability",
        "schooling": "上学 | Schooling",
        "housing": "住房 | Housing",
        "other": "其他 | Other",
    },
}

FORM = Form("household_survey", "入户调查表", ROWS, CHOICES)
