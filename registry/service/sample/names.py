"""Fictional names as a county has them: common, rare (within GBK), two characters long, and long ones."""

from __future__ import annotations

from collections.abc import Sequence

from pypinyin import Style, lazy_pinyin

from domain.codes import EthnicGroup, Sex
from domain.models import Pinyin
from registry.service.sample.dice import Dice

SURNAMES = (
    "王李张刘陈杨黄赵周吴徐孙朱马胡郭林何高罗郑梁谢宋唐许邓韩冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏"
    "苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵"
    "万覃武钱戴严莫孔向常"
)
COMPOUND_SURNAMES = ("欧阳", "上官", "司徒", "尉迟")
RARE_SURNAMES = (*COMPOUND_SURNAMES, *"亓昝逯郄禤仉区仇解查单")
MALE = "伟强磊军勇杰涛超明刚平辉鹏华飞鑫波斌宇浩凯健俊帆旭宁龙林建国志文德永福贵祥根生富来金水长兴"
FEMALE = "芳娟敏静秀丽艳霞燕玲桂英红梅兰萍莉琴珍凤月素云春香雪莲翠婷玉惠淑菊巧仙荣爱"
RARE_GIVEN = ("堃", "喆", "翀", "燊", "珺", "璟", "垚", "淼", "犇", "頔", "赟", "昶", "翯", "祎", "彧", "甯")

MINORITY: tuple[tuple[EthnicGroup, Sex, str], ...] = (
    (EthnicGroup.UYGHUR, Sex.FEMALE, "阿依古丽·买买提"),
    (EthnicGroup.UYGHUR, Sex.FEMALE, "古丽努尔·艾合买提"),
    (EthnicGroup.UYGHUR, Sex.MALE, "买买提江·吐尔逊"),
    (EthnicGroup.UYGHUR, Sex.MALE, "阿卜杜热合曼·图尔荪托合提"),
    (EthnicGroup.KAZAK, Sex.MALE, "努尔兰·别克波拉提"),
    (EthnicGroup.YI, Sex.MALE, "吉克阿牛"),
    (EthnicGroup.YI, Sex.MALE, "阿卓木呷"),
    (EthnicGroup.YI, Sex.FEMALE, "沙马阿依"),
    (EthnicGroup.TIBETAN, Sex.MALE, "扎西次仁"),
    (EthnicGroup.TIBETAN, Sex.FEMALE, "次仁卓玛"),
    (EthnicGroup.MONGOL, Sex.MALE, "巴特尔"),
    (EthnicGroup.MONGOL, Sex.FEMALE, "其其格"),
    (EthnicGroup.HUI, Sex.MALE, "马尔撒"),
    (EthnicGroup.HUI, Sex.FEMALE, "哈秀兰"),
    (EthnicGroup.KOREAN, Sex.FEMALE, "朴顺姬"),
    (EthnicGroup.ZHUANG, Sex.MALE, "侬阿勇"),
)
# Boys' and girls' names where a child does not carry a family name.
CHILD_NAMES: dict[EthnicGroup, tuple[tuple[str, ...], tuple[str, ...]]] = {
    EthnicGroup.UYGHUR: (("阿迪力", "木塔力甫", "伊力亚尔"), ("迪丽努尔", "热依罕", "阿曼古丽")),
    EthnicGroup.KAZAK: (("叶尔兰", "达吾列提"), ("阿依达娜", "古丽孜亚")),
    EthnicGroup.YI: (("吉克尔古", "阿卓拉且"), ("阿卓伍牛", "沙马阿果")),
    EthnicGroup.TIBETAN: (("洛桑", "格桑多吉"), ("央金", "德吉措姆")),
    EthnicGroup.MONGOL: (("苏和", "朝鲁"), ("乌兰", "萨日娜")),
}


# Surnames that are read otherwise than as a word.
SURNAME_READINGS = {
    "单": "shan",
    "仇": "qiu",
    "解": "xie",
    "查": "zha",
    "区": "ou",
    "曾": "zeng",
    "任": "ren",
    "尉": "yu",
}


def surname(dice: Dice) -> str:
    """Mostly a common one."""
    return dice.pick(RARE_SURNAMES) if dice.one_in(18) else dice.pick(SURNAMES)


def given_name(dice: Dice, sex: Sex) -> str:
    """One or two characters; now and then a rare one."""
    pool = MALE if sex is Sex.MALE else FEMALE
    if dice.one_in(20):
        return dice.pick(RARE_GIVEN)
    first = dice.pick(pool)
    if dice.one_in(4):
        return first
    second = dice.pick([sign for sign in pool if sign != first])
    return first + second


def family_name(name: str) -> str:
    """``欧阳静`` → ``欧阳``, ``王静`` → ``王``."""
    return name[:2] if name[:2] in COMPOUND_SURNAMES else name[:1]


def child_name(dice: Dice, parent: str, ethnic: EthnicGroup, sex: Sex) -> str:
    """The family's name and a given one, or a given name and the parent's (阿迪力·买买提江)."""
    if ethnic not in CHILD_NAMES:
        return family_name(parent) + given_name(dice, sex)
    given = dice.pick(CHILD_NAMES[ethnic][0 if sex is Sex.MALE else 1])
    return f"{given}·{parent.split('·')[0]}" if "·" in parent else given


def pinyin(name: str) -> Pinyin:
    """``王秀英`` → ``wangxiuying`` and ``wxy``; a surname with a reading of its own gets it (单 is shan)."""
    letters = name.replace("·", "")
    full: Sequence[str] = lazy_pinyin(letters, style=Style.NORMAL, v_to_u=False)
    reading = SURNAME_READINGS.get(letters[:1])
    syllables = [reading, *full[1:]] if reading else list(full)
    return Pinyin(full="".join(syllables), initials="".join(syllable[:1] for syllable in syllables))
