"""What blogs say round their posts in the languages that engines are most often translated to: names of months and days,
and the few words that mark a byline, a link to the rest of a post, a footer, or a pager.

English is beside the patterns that use these. Words are without their capitals; each list is an alternative for `re`.
"""
# ruff: noqa: E501 - words of one language beside each other

from __future__ import annotations

# German, French, Spanish, Italian, Dutch, Portuguese, Polish, Swedish, Danish, Norwegian; full names, then how they are cut.
MONTHS = {
    1: "januar jänner janvier enero gennaio januari janeiro stycznia styczeń jän janv ene gen jan sty",
    2: "februar feber février fevrier febrero febbraio februari fevereiro lutego luty févr fév fevr febr fev lut",
    3: "märz maerz mars marzo maart março marco marca marzec marts mär mrz mrt",
    4: "avril abril aprile kwietnia kwiecień avr abr kwi",
    5: "mai mayo maggio mei maio maja maj mag mayıs",
    6: "juni juin junio giugno junho czerwca czerwiec giu cze",
    7: "juli juillet julio luglio julho lipca lipiec juil lug lip",
    8: "août aout agosto augustus sierpnia sierpień augusti ago sie",
    9: "septembre septiembre setiembre settembre setembro września wrzesień set wrz",
    10: "oktober octobre octubre ottobre outubro października październik okt ott out paź",
    11: "novembre noviembre novembro listopada listopad lis",
    12: "dezember décembre decembre diciembre dicembre dezembro grudnia grudzień dez déc dic gru des desember",
}
DAYS = [
    "montag",
    "dienstag",
    "mittwoch",
    "donnerstag",
    "freitag",
    "samstag",
    "sonnabend",
    "sonntag",
    "lundi",
    "mardi",
    "mercredi",
    "jeudi",
    "vendredi",
    "samedi",
    "dimanche",
    "lunes",
    "martes",
    "miércoles",
    "miercoles",
    "jueves",
    "viernes",
    "sábado",
    "sabado",
    "domingo",
    "lunedì",
    "martedì",
    "mercoledì",
    "giovedì",
    "venerdì",
    "sabato",
    "domenica",
    "maandag",
    "dinsdag",
    "woensdag",
    "donderdag",
    "vrijdag",
    "zaterdag",
    "zondag",
    "segunda(?:-feira)?",
    "terça(?:-feira)?",
    "quarta(?:-feira)?",
    "quinta(?:-feira)?",
    "sexta(?:-feira)?",
    "poniedziałek",
    "wtorek",
    "środa",
    "czwartek",
    "piątek",
    "sobota",
    "niedziela",
    "måndag",
    "tisdag",
    "onsdag",
    "torsdag",
    "fredag",
    "lördag",
    "söndag",
    "mandag",
    "tirsdag",
    "lørdag",
    "søndag",
    "mo",
    "di",
    "mi",
    "do",
    "fr",
    "sa",
    "so",
    "lun",
    "mer",
    "jeu",
    "ven",
    "sam",
    "dim",
    "mié",
    "mie",
    "jue",
    "vie",
    "sáb",
    "sab",
    "dom",
    "mar",
    "gio",
    "mån",
    "tis",
    "ons",
    "tors",
    "fre",
    "lör",
    "sön",
    "pon",
    "wt",
    "śr",
    "czw",
    "pt",
    "sob",
    "ndz",
]
# Before a day, and between day, month and year: "den 14 maj", "le 1er mai", "14 de mayo de 2019".
ARTICLES = ["am", "den", "der", "le", "el", "il", "op", "dnia", "em", "no", "il"]
# Between a day and its hour.
AT = [
    "um",
    "à",
    "a\\s+las",
    "alle\\s+ore",
    "alle",
    "ore",
    "om",
    "às",
    "o\\s+godz\\.?",
    "godz\\.?",
    "o",
    "kl\\.?",
    "klokken",
]

BY = (
    r"von|par|por|di|door|av|af|przez|autor(?:ka)?|auteur|autore|auteure|författare|forfatter|schrijver|verfasser(?:in)?|geschrieben\s+von|"
    r"veröffentlicht\s+von|(?:publié|écrit|posté)\s+par|(?:publicado|escrito|enviado)\s+por|(?:pubblicato|scritto|inserito)\s+da|"
    r"(?:geplaatst|geschreven|gepost)\s+door|(?:skrivet|publicerat|postat)\s+av|(?:skrevet|publisert)\s+af?v?|(?:napisane|dodane|opublikowane)\s+przez"
)
READ_MORE = (
    r"(?:jetzt\s+)?(?:weiter\s*lesen|mehr\s+(?:lesen|erfahren|dazu)|mehr|zum\s+artikel|ganzen\s+(?:artikel|beitrag)\s+lesen)\b.*|"
    r"(?:lire\s+(?:la\s+suite|plus|l['’]article)|en\s+savoir\s+plus|la\s+suite)\b.*|(?:leer(?:\s+(?:m[áa]s|el\s+art[íi]culo))?|seguir\s+leyendo|ver\s+m[áa]s)\b.{0,30}|"
    r"sigue\s+leyendo.*|(?:leggi|continua)(?:\s+(?:tutto|di\s+più|a\s+leggere|l['’]articolo|ancora))?\b.{0,30}|(?:lees\s+(?:verder|meer)|meer\s+lezen)\b.*|"
    r"(?:leia\s+mais|ler\s+mais|continue\s+lendo|continuar\s+(?:a\s+ler|lendo))\b.{0,30}|(?:czytaj|zobacz)\s+(?:dalej|więcej|całość).*|więcej|"
    r"(?:läs|les|læs)\s+(?:mer|mere|vidare|hela\s+inlägget)\b.*"
)
REPLIES = (
    r"(?:\d+|keine?n?|schreibe?\s+(?:einen?|den\s+ersten)|aucun|laisser\s+un|sin|dejar?\s+un|nessun|lascia\s+un|geen|plaats\s+een|"
    r"nenhum|deixe?\s+(?:um|seu)|brak|dodaj|inga|lämna\s+en|ingen)?\s*(?:kommentare?n?|commentaires?|comentarios?|commenti|commento|"
    r"reacties?|comentários?|komentarz\w*|kommentarer?|kommentar|respuestas?|antworten?|réponses?|svar)\b.*"
)
FOOTERS = (
    r"(?:schlagw[oö]rte?r?|kategorien?|abgelegt\s+unter|veröffentlicht\s+(?:in|unter|am|von)|verschlagwortet|étiquettes?|mots[- ]clés|"
    r"catégories?|publié\s+(?:dans|le|par)|etiquetas?|categorías?|publicado\s+(?:en|em|el|por)|etichette|categori[ae]|pubblicato\s+(?:in|il|da)|"
    r"trefwoorden|categorieën|geplaatst\s+(?:in|op|door)|marcadores|categorias?|kategori[ae]r?|tagi|opublikowan[eoy]|etiketter|publicerat)"
)
OLDER = (
    r"ältere|vorherige|nächste|weitere\s+(?:beiträge|artikel|meldungen)|précédente?s?|plus\s+anciens?|suivante?s?|page\s+suivante|anteriore?s?|"
    r"antigu[ao]s?|antig[ao]s?|siguientes?|precedenti?|meno\s+recenti|successiv[aoi]|oudere|vorige|volgende|próxim[ao]s?|seguintes?|starsze|"
    r"poprzedni[ae]|następn[ae]|äldre|föregående|nästa|ældre|eldre|næste|neste"
)
SURELY_OLDER = r"ältere|plus\s+anciens?|antigu[ao]s|antig[ao]s|meno\s+recenti|oudere|starsze|äldre|ældre|eldre"
NEWER = r"neuere|plus\s+récents?|(?:más\s+)?recientes|nuevas|più\s+recenti|nieuwere|recentes|nowsze|nyare|nyere"
