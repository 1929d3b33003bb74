"""Where the area codes of North America are: states, provinces, and the zones they may lie in.

`phonenumbers` tells a zone for an area code where there are two, and its geocoder takes seconds and
180 MB to load. So this is written down here, and what the library says is added to it.
"""

from collections.abc import Mapping
from types import MappingProxyType

_EASTERN, _CENTRAL, _MOUNTAIN, _PACIFIC = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
)
_ATLANTIC, _PHOENIX = "America/Halifax", "America/Phoenix"
_SHORT = {"E": _EASTERN, "C": _CENTRAL, "M": _MOUNTAIN, "P": _PACIFIC, "A": _ATLANTIC}

# State, the zones it lies in, its area codes.
_STATES = """
AL C 205 251 256 334 659 938
AK America/Anchorage,America/Adak 907
AZ America/Phoenix,M 480 520 602 623 928
AR C 327 479 501 870
CA P 209 213 279 310 323 341 350 369 408 415 424 442 510 530 559 562 619 626 628 650 657 661 669 707
CA P 714 738 747 760 805 818 820 831 837 840 858 909 916 925 949 951
CO M 303 719 720 748 970 983
CT E 203 475 860 959
DE E 302
DC E 202 771
FL E,C 239 305 321 324 352 386 407 448 561 645 656 689 727 728 754 772 786 813 850 863 904 941 954
GA E 229 404 470 478 678 706 762 770 912 943
HI Pacific/Honolulu 808
ID M,P 208 986
IL C 217 224 309 312 331 447 464 618 630 708 730 773 779 815 847 861 872
IN E,C 219 260 317 463 574 765 812 930
IA C 319 515 563 641 712
KS C,M 316 620 785 913
KY E,C 270 364 502 606 859
LA C 225 318 337 504 985
ME E 207
MD E 227 240 301 410 443 667
MA E 339 351 413 508 617 774 781 857 978
MI E,C 231 248 269 313 517 586 616 679 734 810 906 947 989
MN C 218 320 507 612 651 763 924 952
MS C 228 471 601 662 769
MO C 235 314 417 557 573 636 660 816 975
MT M 406
NE C,M 308 402 531
NV P,M 702 725 775
NH E 603
NJ E 201 551 609 640 732 848 856 862 908 973
NM M 505 575
NY E 212 315 329 332 347 363 516 518 585 607 624 631 646 680 716 718 838 845 914 917 929 934
NC E 252 336 472 704 743 828 910 919 980 984
ND C,M 701
OH E 216 220 234 283 326 330 380 419 436 440 513 567 614 740 937
OK C 405 539 572 580 918
OR P,M 458 503 541 971
PA E 215 223 267 272 412 445 484 570 582 610 717 724 814 835 878
RI E 401
SC E 803 821 839 843 854 864
SD C,M 605
TN C,E 423 615 629 729 731 865 901 931
TX C,M 210 214 254 281 325 346 361 409 430 432 469 512 621 682 713 726 737 806 817 830 832 903 915
TX C,M 936 940 945 956 972 979
UT M 385 435 801
VT E 802
VA E 276 434 540 571 686 703 757 804 826 948
WA P 206 253 360 425 509 564
WV E 304 681
WI C 262 274 353 414 420 534 608 715 920
WY M 307
"""

_PROVINCES = """
AB America/Edmonton 368 403 587 780 825
BC America/Vancouver,America/Edmonton,America/Fort_Nelson 236 250 257 604 672 778
MB America/Winnipeg 204 431 584
NB A 428 506
NL America/St_Johns,A 709 879
NS A 782 902
ON America/Toronto,America/Winnipeg 226 249 289 343 365 382 416 437 519 548 613 647 683 705 742 753
ON America/Toronto,America/Winnipeg 807 905 942
QC America/Toronto,A,America/Puerto_Rico 263 273 354 367 418 438 450 468 514 579 581 819 873
SK America/Regina,America/Edmonton 306 474 639
YT America/Whitehorse,America/Edmonton,America/Winnipeg,America/Toronto 867
"""

# Area codes that lie in fewer zones than their state.
_NARROWER = """
E 239 305 321 324 352 386 407 561 645 656 689 727 728 754 772 786 813 863 904 941 954
C 210 214 254 281 325 346 361 409 430 469 512 621 682 713 726 737 806 817 830 832 903 936 940 945
C 956 972 979 615 629 731 901 316 913 531
M 915
E 865 502 859 260 317 463 231 248 269 313 517 586 616 679 734 810 947 989
P 702 725 503 971
America/Phoenix 480 520 602 623
America/Toronto 226 249 289 343 365 382 416 437 519 548 613 647 683 742 753 905 942
America/Toronto 263 354 438 450 468 514 579
"""

# Other names of zones that keep the same time as one of these.
_SAME_TIME = {
    "America/Boise": _MOUNTAIN,
    "America/Detroit": _EASTERN,
    "America/Indiana/Indianapolis": _EASTERN,
    "America/Kentucky/Louisville": _EASTERN,
    "America/North_Dakota/Center": _CENTRAL,
    "America/Juneau": "America/Anchorage",
}


def _zones(names: str) -> tuple[str, ...]:
    return tuple(_SHORT.get(name, name) for name in names.split(","))


def _read(table: str) -> tuple[dict[str, tuple[str, ...]], dict[str, str]]:
    zones: dict[str, tuple[str, ...]] = {}
    states: dict[str, str] = {}
    for line in table.strip().splitlines():
        state, names, *codes = line.split()
        zones[state] = _zones(names)
        states |= dict.fromkeys(codes, state)
    return zones, states


_US_ZONES, _US_CODES = _read(_STATES)
_CA_ZONES, _CA_CODES = _read(_PROVINCES)

ZONES_OF_STATES: Mapping[str, Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {"US": _US_ZONES, "CA": _CA_ZONES}
)
STATES_OF_CODES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {"US": _US_CODES, "CA": _CA_CODES}
)
NARROWER: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        code: _zones(names)
        for names, *codes in (line.split() for line in _NARROWER.strip().splitlines())
        for code in codes
    }
)


def canonical(zone: str) -> str:
    """Give zones that keep the same time one name."""
    return _SAME_TIME.get(zone, zone)
