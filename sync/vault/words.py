"""Passphrases that are offered: four words as they are written and as they are typed, 48 bits of chance.

Each word is two signs out of 64 each, such as 青山 `qingshan`: letters only, since a passphrase field has no input
method. No sound stands twice in a row of signs, so 4,096 words differ when typed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

WORDS = 4

_FIRST = str.split(
    "青qing 白bai 红hong 黄huang 黑hei 大da 小xiao 高gao 低di 柳liu 短duan 新xin 老lao 冷leng 热re 远yuan"
    " 近jin 东dong 南nan 西xi 北bei 春chun 夏xia 秋qiu 早zao 晚wan 明ming 暗an 前qian 深shen 宽kuan 方fang"
    " 平ping 直zhi 粗cu 软ruan 硬ying 桃tao 快kuai 慢man 甜tian 酸suan 苦ku 香xiang 银yin 铁tie 石shi 木mu"
    " 竹zhu 水shui 火huo 土tu 山shan 海hai 江jiang 河he 湖hu 云yun 风feng 雨yu 雪xue 花hua 草cao 松song"
)
_SECOND = str.split(
    "山shan 水shui 云yun 风feng 雨yu 雪xue 花hua 草cao 树shu 林lin 松song 竹zhu 梅mei 桃tao 李li 杏xing"
    " 麦mai 稻dao 米mi 豆dou 瓜gua 果guo 茶cha 酒jiu 鸟niao 马ma 牛niu 羊yang 鸡ji 鸭ya 鹅e 猫mao"
    " 狗gou 兔tu 虎hu 龙long 桥qiao 路lu 门men 窗chuang 房fang 屋wu 楼lou 塔ta 井jing 田tian 坡po 湾wan"
    " 船chuan 车che 灯deng 钟zhong 鼓gu 琴qin 笔bi 纸zhi 盆pen 桌zhuo 布bu 衣yi 鞋xie 伞san 石shi 沙sha"
)


@dataclass(frozen=True, slots=True)
class Offered:
    """`typed` is the passphrase, `shown` the same words as they are written, for remembering."""

    typed: str
    shown: str


def offer(entropy: Callable[[int], bytes]) -> Offered:
    """Four different words; 12 of their 16 random bits are used, so that each is as likely as any other."""
    chosen: list[int] = []
    while len(chosen) < WORDS:
        number = int.from_bytes(entropy(2), "big") % 4096
        if number not in chosen:
            chosen.append(number)
    pairs = [(_FIRST[number >> 6], _SECOND[number & 63]) for number in chosen]
    typed = " ".join(first[1:] + second[1:] for first, second in pairs)
    return Offered(typed, " ".join(first[0] + second[0] for first, second in pairs))
