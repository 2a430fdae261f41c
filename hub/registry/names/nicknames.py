"""Given names that are one name: short forms, and spellings of names written in another alphabet. Small on purpose.

A pair that is not listed is put to a person; a pair listed wrongly would link two children. So only forms that nobody
gives to two brothers or sisters are here.
"""

from typing import Final

_GROUPS: Final = """
abdallah abdullah abdulla abdillahi cabdulahi
abdi cabdi
abdul abdel abdoul
abdulrahman abdurrahman abdirahman abdelrahman cabdiraxmaan
abigail abby abi
adebayo bayo
ahmed ahmad achmed axmed ahmet
aidan aiden aydan
aisha ayesha aysha aicha caasha aishah
alasdair alastair alistair
aleksander aleksandr oleksandr olexandr oleksander alexandr
alexander alex sandy alec xander lex sasha
alexandra alex lexi sasha ola aleksandra oleksandra
ali cali aly
alison ally
amanda mandy
amina aminah aamina
anastasia anastasiya nastya stacey stasia
andrew andy drew andrzej andriy andrei
angela angie
anna anya ania ganna
anthony antony tony ant
antonio tonio
archibald archie
arthur art artie artur
ayomide ayo
barbara barb babs
bartholomew bart
bartosz bartek
beatrice bea trixie
benjamin ben benji benny
bernadette bernie
bogdan bohdan
bradley brad
cameron cam
caroline carrie caz
cassandra cass cassie
catherine katherine kathryn katharine kate katie cathy kathy kat kath kitty catrin
charles charlie chas chuck
charlotte lottie charlie lotte
chidera dera
chinedu nedu edu
christina tina chrissie kristina krystyna
christopher chris kit kris topher krzysztof kristopher
chukwuemeka emeka
clementine clem clemmie
daniel dan danny danylo daniil
danielle dani
david dave davey dawid davyd dafydd dai
deborah debbie debra deb
dmytro dmitri dmitry dmitriy dima
dominic dominik dom
donald don donny
dorothy dot dottie
edith edie
edward ed eddie ted ned teddy
eleanor ellie nell elinor eleanora nora
elizabeth elisabeth liz lizzie beth betty eliza bess libby elsie ela elzbieta
emily em emmy
emmanuel manny emanuel
ewa eva ewunia
fatima fatimah fatma faduma fadumo fathima
florence flo florrie flossie
folasade sade
frances fran frankie
francis frank
frederick fred freddie frederic
gabriel gabe
gareth gaz
geoffrey jeffrey geoff jeff
george georgie heorhiy jerzy
georgina georgie gina
gerald gerry jerry
gillian gill jill
gregory greg grzegorz hryhoriy
hamza hamzah xamse hamse
harold harry hal
harriet hattie
hassan hasan xasan
helen olena elena yelena nell
henry harry hank henryk
hodan xodan
hussein hussain husain hossein xuseen husayn husseyn huseyin
ibrahim ebrahim ibraahim
isaac izaac ishaq
isabella isobel isabel izzy bella isabelle ysabel
ismail ismael ismaeel ismaciil
jacob jake jakub kuba
jacqueline jackie jacqui
james jim jimmy
jan janek
jasmine yasmin yasmine yasmeen jas jaz
jennifer jenny jen
jessica jess jessie
jibril jibreel
joanna jo asia joasia
john johnny jon
jonathan jon jonny johnathan jonathon
jordan jordy
joseph joe joey jozef josef yosyp
josephine josie jo
joshua josh
julia yulia yuliya julka
katarzyna kasia kaska
kateryna katya katia ekaterina katerina
kenneth ken kenny
khadija khadijah khadeeja kadija hadija
khadra qadra
kimberley kim kimberly
krishna krishnan
lawrence laurence larry laurie
leonard len lenny leo
lewis louis lou louie
lillian lily lilian lilly
lucia lucie luzia
lukasz luka lukas
lydia lidia lidiya
magdalena magda madzia
maksym maxim maksim maks
malcolm mal
malgorzata gosia margarita
margaret maggie meg peggy marge madge margo
maria mariya marysia
martin marty
maryam mariam maryan
matilda tilly mathilda
matthew matt matty mateusz matvey
maximilian max
megan meg meghan
melanie mel
melissa mel lissa
michael mike mick mickey mikey michal mykhailo mikhail misha
mohammed muhammad mohammad mohamed muhammed mohamad mohd muhamad maxamed mehmet mahamed mamadou mo
molly mollie
mustafa mostafa mustapha
mykola nikolai nikolay kolya
nadezhda nadia nadiya nadya
natasha tasha natalia nataliya natalka
nathaniel nathan nat nate nathanael
nicholas nicolas nick nicky niko nicolae
nicola nicky nikki
nur noor nuur nour
oliver ollie olly
olivia liv livvy livia
oluwaseun seun
oluwatobi tobi oluwatobiloba
oluwatoyin toyin
omar umar omer cumar omarr
osman usman uthman cismaan othman
pamela pam
patricia pat trish tricia patsy
patrick pat paddy padraig patryk
pavlo pavel pawel
penelope penny
peter pete piotr petro petr
philip phillip phil filip pip
piotr piotrek
priyanka priya
rachel rach rachael
raymond ray
rebecca becky becca bex rebekah rivka
reginald reg reggie
richard rick ricky dick rich richie
robert rob robbie bob bobby bert
roger rodge
ronald ron ronnie
rosemary rosie rose
ruqayyah ruqaya rukaya rukia ruqiya
saeed said sayeed siciid
saliha saleha
samantha sam sammy
samuel sam sammy samuil
sarah sara sarra saara
sebastian seb bastian
serhiy sergei sergey serhii
shahid shaheed
sharif shareef sherif
sofia sophia zofia sofiya sofiia zosia
stanislaw stas staszek stanislav
stephanie steph stefanie
stephen steven steve stevie stephan szczepan
suleiman sulaiman suleyman saleban
susan sue susie
svitlana svetlana sveta
syed sayed sayyid
tariq tarik tareq
tatiana tetiana tatyana tanya
temitope tope temi
teresa theresa terry tess
theodore theo ted teddy
thomas tom tommy tomasz tomek
timothy tim timmy
tobias toby
tomasz tomek
tyrone ty
victoria vicky tori viktoria viktoriya vix
viktor victor wiktor
vincent vince vinny
vladimir volodymyr vova wlodzimierz
wasyl vasyl vasily vasyliy
william will bill billy willie wills
xavier xav
yahya yahia yaxye
yasin yaseen yassin yacin
yevhen evgeny yevgeny evgen eugene yevgen evgeni
yousef youssef yusef yusuf yousuf yusuph yuusuf
yulian julian
zachary zach zack zac zak
zahra zahrah
zainab zaynab zeinab zaineb saynab
zakaria zakariya zakariyya zakariye
"""
_LOOSE: Final = """
abdirahman abdi cabdi
abdullah abdul
abdulrahman abdurrahman abdul abdi
aleksander oleksandr alex sasha olek
aleksandra oleksandra alex sasha ola
amelia millie
christina christine kirsty
christopher christian chris
danielle ellie elle
elizabeth eliza ella elle ellie
emily millie emilia emilija
francesca frances frankie fran
francis francesco frankie
gabriela gabrielle gabby gaby ella
georgina georgia george
gurpreet gary guri
hanna hannah anna
harpreet harry
helen helena ellen
ibrahim abraham
ivan john ian
james jamie hamish
jibril gabriel
joanna joanne johanna jo
john jack ian sean jonathan
julia julie juliet
leonard leo leon lionel
lewis louis leo lew
louisa louise lou
lucia lucy lucinda
manpreet mani
maria mary marie maryam mariam mia molly
martin marcin
mateusz mati
maximilian max maxwell
natasha natalie
nicola nicole nicolette nicky nikki
pavlo paul
peter pyotr
rosemary rosalind rosa rosie
sarah sally sadie zara
sofia sophie sophia
stephen stefan
suleiman solomon
susan suzanne susannah
theodore teo theo
victoria viktoriya
william liam
yousef josef joseph
zainab zee
"""
"""Forms by which a child may be looked for; not sure enough that two notices are linked by them."""
_SHARED: Final = (
    "mohammed muhammad mohammad mohamed muhammed mohamad mohd muhamad maxamed mehmet mahamed mamadou mo "
    "syed sayed sayyid abdul abdel abdoul abdi cabdi"
)
SHARED_FIRST: Final = frozenset(_SHARED.split())
"""First names that brothers may share, so that alone they do not tell one from another."""

Lines = tuple[tuple[str, ...], ...]


def _lines(groups: str) -> Lines:
    return tuple(tuple(line.split()) for line in groups.split("\n"))


def _by_name(lines: Lines) -> dict[str, frozenset[int]]:
    found: dict[str, frozenset[int]] = {}
    for number, line in enumerate(lines):
        for name in line:
            found[name] = found.get(name, frozenset()) | {number}
    return found


_LINES, _LOOSE_LINES = _lines(_GROUPS), _lines(_LOOSE)
_GROUPS_OF, _LOOSE_OF = _by_name(_LINES), _by_name(_LOOSE_LINES)


def is_one_name(one: str, other: str) -> bool:
    """Whether two folded given names are forms of the same name."""
    return one == other or not _GROUPS_OF.get(one, frozenset()).isdisjoint(_GROUPS_OF.get(other, frozenset()))


def forms_of(name: str) -> tuple[str, ...]:
    """Every form by which a child of this folded given name may be looked for, itself first."""
    sure = (form for number in sorted(_GROUPS_OF.get(name, ())) for form in _LINES[number])
    loose = (form for number in sorted(_LOOSE_OF.get(name, ())) for form in _LOOSE_LINES[number])
    return tuple(dict.fromkeys((name, *sure, *loose)))
