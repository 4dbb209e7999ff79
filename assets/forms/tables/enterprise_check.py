"""大检查: wages, insurance and labour protection in an enterprise (S31, S37, S40)."""

from tables.rows import (
    META,
    MONEY,
    MUST,
    NOT_EARLIER,
    NOT_LATER,
    PEOPLE,
    PHONE,
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

WORKERS = at_most("workers", "职工总数", "the number of workers")

ABOUT = [
    *META,
    *org(
        "检查的是哪家单位？ | Which enterprise is checked?",
        "名单里没有这家企业，就选它所在的乡镇（街道）工会"
        " | If it is not on the list, choose the union of its town",
    ),
    q(
        "text",
        "enterprise",
        "企业全称 | Full name of the enterprise",
        calculation="pulldata('orgs', 'label', 'name', ${org})",
        trigger="${org}",
        constraint="string-length(.) >= 2",
        say="请写企业全称 | Write the full name",
        **MUST,
    ),
    day(),
    q("geopoint", "place", "在企业门口定位 | Position at the gate"),
    *page(
        "basics",
        "基本情况 | The enterprise",
        q("select_one kind or_other", "kind", "企业性质 | Kind of enterprise", appearance="minimal", **MUST),
        q("select_one trade or_other", "trade", "行业 | Trade", appearance="minimal", **MUST),
        q("select_one running", "running", "生产经营状况 | How is it running?", **MUST),
        q("select_one yes_no", "union", "建了工会吗？ | Is there a union?", appearance="horizontal", **MUST),
        q("text", "contact", "企业接待人姓名、职务 | Who received you, and post", **MUST),
        q("text", "contact_phone", "联系电话 | Telephone", **PHONE),
    ),
    *page(
        "people",
        "用工情况 | Workforce",
        q("integer", "workers", "职工总数 | Workers in all", **MUST, **PEOPLE),
        q("integer", "migrants", "其中农民工 | of them migrant workers", **MUST, **WORKERS),
        q("integer", "agency", "其中劳务派遣工 | of them agency workers", **WORKERS),
        q("integer", "contracts", "签了劳动合同的 | with a labour contract", **MUST, **WORKERS),
        q(
            "integer",
            "idle",
            "待岗、放假的职工 | Workers sent home",
            relevant="${running} != 'normal'",
            **MUST,
            **WORKERS,
        ),
    ),
    q(
        "calculate",
        "contract_rate",
        calculation="if(${workers} > 0, round(${contracts} * 100 div ${workers}, 1), '')",
    ),
    q(
        "note",
        "contract_note",
        "劳动合同签订率 ${contract_rate}%，还有人没有签合同，请在最后写明怎么改。"
        " | Only ${contract_rate}% have a contract: say at the end how this will be put right.",
        relevant="${contract_rate} < 100",
    ),
]

WAGES = [
    *page(
        "wages",
        "工资 | Wages",
        q("select_one paying", "paying", "工资发得怎么样？ | How are wages paid?", **MUST),
        q(
            "select_multiple proof",
            "wage_proof",
            "看了哪些凭据？ | What did you see?",
            constraint="not(selected(., 'none') and count-selected(.) > 1)",
            say="选了「没有看到」就不要再选别的 | 'Nothing' cannot go with the others",
            **MUST,
        ),
        q(
            "image",
            "payroll",
            "工资表照片 | Photo of the payroll",
            "盖住身份证号和银行账号 | Cover ID and account numbers",
            relevant="selected(${wage_proof}, 'payroll')",
            **PHOTO,
        ),
        q("decimal", "lowest", "最低的一档月工资（元） | Lowest monthly wage (yuan)", **MONEY),
        q(
            "decimal",
            "local_lowest",
            "当地最低工资标准（元/月） | Local minimum wage (yuan a month)",
            **MONEY,
        ),
    ),
    q(
        "note",
        "below_minimum",
        "最低工资 ${lowest} 元，低于当地标准 ${local_lowest} 元，要提出整改。"
        " | ${lowest} yuan is below the local minimum of ${local_lowest}: ask for a correction.",
        relevant="${lowest} != '' and ${local_lowest} != '' and ${lowest} < ${local_lowest}",
    ),
    *group(
        "arrears",
        "欠薪 | Wage arrears",
        q(
            "note",
            "arrears_hello",
            "欠薪要一笔一笔问清楚：按班组、项目或月份分开填。"
            " | Ask about each debt: one card per team, project or month.",
        ),
        *repeat(
            "debt",
            "一笔欠薪 | One debt",
            q("text", "debt_of", "哪个班组、项目或月份？ | Which team, project or month?", **MUST),
            q(
                "integer",
                "owed_workers",
                "欠了多少人？ | How many workers?",
                required="yes",
                constraint=". >= 1 and . <= ${workers}",
                say="至少 1 人，不能比职工总数多 | At least 1, at most all workers",
            ),
            q(
                "decimal",
                "owed",
                "欠多少钱（元）？ | How much (yuan)?",
                required="yes",
                constraint=". > 0 and . <= 99999999",
                say="请填大于 0 的金额 | More than 0",
                appearance="thousands-sep",
            ),
            q(
                "date",
                "owed_since",
                "从哪个月开始欠的？ | Since which month?",
                appearance="month-year",
                **MUST,
                **NOT_LATER,
            ),
            q(
                "decimal",
                "recovered",
                "检查以后已经补发（元） | Paid since the check (yuan)",
                default="0",
                constraint=". >= 0 and . <= ${owed}",
                say="不能比欠的多 | Not more than what is owed",
                appearance="thousands-sep",
            ),
            q(
                "date",
                "promised",
                "企业答应哪天发清？ | When will the rest be paid?",
                relevant="${recovered} < ${owed}",
                **MUST,
                **NOT_EARLIER,
            ),
        ),
        q(
            "select_multiple arrears_why or_other",
            "arrears_why",
            "为什么欠？ | Why?",
            **MUST,
        ),
        q(
            "select_multiple told",
            "told",
            "已经向谁反映？ | Who has been told?",
            constraint="not(selected(., 'nobody') and count-selected(.) > 1)",
            say="选了「还没有」就不要再选别的 | 'Nobody yet' cannot go with the others",
            **MUST,
        ),
        q("image", "arrears_photo", "欠条、考勤或结算单照片 | Photo of IOUs or timesheets", **PHOTO),
        relevant="${paying} = 'arrears'",
    ),
    q("calculate", "debts", calculation="count(${debt})"),
    q("calculate", "owed_people", calculation="sum(${debt}[owed_workers != '']/owed_workers)"),
    q("calculate", "owed_total", calculation="sum(${debt}[owed != '']/owed)"),
    q("calculate", "recovered_total", calculation="sum(${debt}[recovered != '']/recovered)"),
    q("calculate", "owed_left", calculation="round(${owed_total} - ${recovered_total}, 2)"),
    q(
        "calculate",
        "urgent",
        calculation="if(${paying} = 'arrears' and ${owed_left} > 0 and (${owed_people} >= 10"
        " or ${owed_left} >= 100000 or selected(${told}, 'nobody')), 'yes', 'no')",
    ),
    q(
        "note",
        "arrears_note",
        "共欠 ${owed_people} 人次、${owed_total} 元，已补发 ${recovered_total} 元，还欠 ${owed_left} 元。"
        " | ${owed_total} yuan owed to ${owed_people}; ${recovered_total} paid, ${owed_left} left.",
        relevant="${paying} = 'arrears'",
    ),
    q(
        "note",
        "urgent_note",
        "情况紧急：今天就要报县总工会和劳动监察，确保返乡前拿到工资。"
        " | Urgent: report today to the county union and the labour inspectors.",
        relevant="${urgent} = 'yes'",
    ),
]

INSURANCE = page(
    "insurance",
    "社会保险 | Social insurance",
    q(
        "select_multiple insurance",
        "covered",
        "给职工参加了哪些？ | Which are paid?",
        "一项都没有就不选 | Leave empty if none",
    ),
    q("integer", "insured", "参加养老保险的人数 | Workers with a pension", **MUST, **WORKERS),
    q(
        "integer",
        "unpaid_months",
        "欠缴了几个月？ | Months unpaid",
        default="0",
        constraint=". >= 0 and . <= 240",
        say="请填 0 到 240 个月 | 0 to 240 months",
        **MUST,
    ),
    q(
        "select_one yes_no",
        "deducted",
        "从工资里扣了却没有交？ | Deducted and not paid in?",
        appearance="horizontal",
        relevant="${unpaid_months} > 0",
        **MUST,
    ),
    q(
        "note",
        "injury_note",
        "建筑、矿山必须参加工伤保险，请当场提出。 | Building and mining must have injury insurance.",
        relevant="(${trade} = 'building' or ${trade} = 'mining') and not(selected(${covered}, 'injury'))",
    ),
)

PROTECTION = [
    *page(
        "protection",
        "劳动保护 | Labour protection",
        *(
            q("select_one state", name, label, appearance="likert", **MUST)
            for name, label in (
                ("gear", "防护用品发放和佩戴 | Protective gear"),
                ("licences", "特种作业持证上岗 | Licences for special work"),
                ("fire", "消防通道、灭火器材 | Fire exits and extinguishers"),
                ("wiring", "用电、机器防护 | Wiring and machine guards"),
                ("poison", "粉尘、有毒岗位告知和体检 | Dust and poison: warning and check-ups"),
                ("women", "女职工特殊保护 | Protection of women workers"),
                ("warmth", "防寒保暖、宿舍食堂 | Warmth, dormitory, canteen"),
            )
        ),
    ),
    q(
        "decimal",
        "overtime",
        "每人每月加班多少小时？ | Overtime hours per worker and month",
        constraint=". >= 0 and . <= 300",
        say="请填 0 到 300 小时 | 0 to 300 hours",
        **MUST,
    ),
    q(
        "note",
        "overtime_note",
        "每月加班超过 36 小时，违反《劳动法》第四十一条。 | More than 36 hours a month is against the law.",
        relevant="${overtime} > 36",
    ),
    q(
        "integer",
        "injuries",
        "近 12 个月工伤几起？ | Accidents in 12 months",
        constraint=". >= 0 and . <= 1000",
        say="请填 0 到 1000 | 0 to 1,000",
        **MUST,
    ),
    q(
        "text",
        "injuries_what",
        "工伤的经过和赔付 | What happened, what was paid",
        relevant="${injuries} > 0",
        appearance="multiline",
        **MUST,
    ),
    q(
        "select_one yes_no",
        "any_hazard",
        "发现隐患了吗？ | Any hazard found?",
        appearance="horizontal",
        **MUST,
    ),
    *repeat(
        "hazard",
        "隐患 | Hazard",
        q("text", "hazard_what", "什么隐患，在哪里？ | What and where?", appearance="multiline", **MUST),
        q("select_one grade", "hazard_grade", "严重程度 | How serious", appearance="horizontal", **MUST),
        q("image", "hazard_photo", "照片 | Photo", **PHOTO),
        q("date", "hazard_until", "整改期限 | To be mended by", **MUST, **NOT_EARLIER),
        q(
            "acknowledge",
            "hazard_stop",
            "已要求马上停工撤人 | Work was stopped and people brought out",
            relevant="${hazard_grade} = 'red'",
            **MUST,
        ),
        relevant="${any_hazard} = 'yes'",
    ),
]

END = [
    *page(
        "talks",
        "听职工说 | What workers say",
        q(
            "integer",
            "talked",
            "单独谈了几位职工？ | Workers spoken to alone",
            "老板不在场 | Without the employer",
            **MUST,
            **WORKERS,
        ),
        q("text", "said", "职工反映最多的事 | What they said most", appearance="multiline"),
        q("text", "wish", "企业的困难和要求 | The enterprise's own difficulties", appearance="multiline"),
    ),
    q(
        "calculate",
        "problems",
        calculation="(${paying} = 'arrears') + (${unpaid_months} > 0) + (${contract_rate} < 100)"
        " + (${overtime} > 36) + (${any_hazard} = 'yes')",
    ),
    q("note", "sum_up", "发现 ${problems} 类问题。 | ${problems} kinds of problems were found."),
    *page(
        "outcome",
        "处理意见 | Outcome",
        q("select_one result", "result", "处理结果 | Result", **MUST),
        q(
            "text",
            "measures",
            "要改什么、怎么改 | What has to change, and how",
            relevant="${result} != 'fine'",
            appearance="multiline",
            **MUST,
        ),
        q(
            "date",
            "recheck",
            "哪天复查？ | Date of the next check",
            relevant="${result} = 'deadline' or ${result} = 'inspectors'",
            **MUST,
            **NOT_EARLIER,
        ),
    ),
    q(
        "select_one yes_no",
        "signs",
        "企业愿意签字吗？ | Will the enterprise sign?",
        appearance="horizontal",
        **MUST,
    ),
    q(
        "image",
        "enterprise_sign",
        "企业代表签字 | Signature of the enterprise",
        appearance="signature",
        relevant="${signs} = 'yes'",
        **MUST,
    ),
    q("text", "no_sign", "为什么不签？ | Why not?", relevant="${signs} = 'no'", **MUST),
    q("image", "checker_sign", "检查人签字 | Signature of the inspector", appearance="signature", **MUST),
]

CHOICES = {
    **YES_NO,
    **STATE,
    "kind": {
        "state_owned": "国有 | State-owned",
        "collective": "集体 | Collective",
        "private": "民营 | Private",
        "foreign": "外资、港澳台资 | Foreign",
        "self_employed": "个体 | Self-employed",
    },
    "trade": {
        "factory": "制造 | Manufacturing",
        "building": "建筑 | Building",
        "mining": "矿山 | Mining",
        "transport": "运输、快递 | Transport and delivery",
        "service": "餐饮、商贸、服务 | Catering, trade, services",
        "farm": "农林牧渔 | Farming",
    },
    "running": {
        "normal": "正常 | Normal",
        "half": "半停产 | Half stopped",
        "stopped": "停产 | Stopped",
        "closing": "正在关闭、破产 | Closing or bankrupt",
    },
    "paying": {
        "on_time": "按时足额 | In full and on time",
        "late": "有时晚发，没有拖欠 | Sometimes late, nothing owed",
        "arrears": "有拖欠 | Wages are owed",
    },
    "proof": {
        "payroll": "工资表 | Payroll",
        "bank": "银行代发记录 | Bank record",
        "timesheet": "考勤 | Timesheets",
        "workers": "职工口述 | What workers said",
        "none": "没有看到 | Nothing",
    },
    "arrears_why": {
        "project": "工程款没有到 | Not paid by the client",
        "cash": "资金周转困难 | Short of cash",
        "stopped": "停产 | Production stopped",
        "boss_gone": "老板联系不上 | The employer cannot be found",
        "dispute": "结算有争议 | Dispute over the account",
    },
    "told": {
        "inspectors": "劳动监察 | Labour inspectors",
        "government": "当地党委政府 | Local party and government",
        "police": "公安 | Police",
        "upper_union": "上级工会 | Higher union",
        "nobody": "还没有 | Nobody yet",
    },
    "insurance": {
        "pension": "养老 | Pension",
        "medical": "医疗 | Medical",
        "unemployment": "失业 | Unemployment",
        "injury": "工伤 | Work injury",
        "maternity": "生育 | Maternity",
        "housing": "住房公积金 | Housing fund",
    },
    "grade": {"red": "马上有危险 | Immediate danger", "yellow": "要尽快改 | Soon", "green": "一般 | Minor"},
    "result": {
        "fine": "没有问题 | No problem",
        "on_the_spot": "当场改正 | Put right on the spot",
        "deadline": "限期整改 | To be put right by a date",
        "inspectors": "移送劳动监察 | Passed to the inspectors",
    },
}

FORM = Form(
    "enterprise_check",
    "大检查：企业工资、保险和劳动保护",
    [*ABOUT, *WAGES, *INSURANCE, *PROTECTION, *END],
    CHOICES,
)
