"""A small pack with every kind of node, in French and in English, with labels counted here by hand-written rules.

The order form and the agreement have covers, the agreement a table of contents; two annexes follow. Nothing here is
a legal text to use.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

from generator.document.nodes import (
    Block,
    Cell,
    Clause,
    Definition,
    Definitions,
    Document,
    Emphasis,
    Inline,
    Item,
    ItemList,
    Label,
    LineBreak,
    Notice,
    Numbered,
    Paragraph,
    Part,
    PlainParagraph,
    Properties,
    Reference,
    Section,
    SignatureParty,
    Signatures,
    Strong,
    Subheading,
    Table,
    Term,
    Text,
    Value,
)

HOSTILE_NAME = "Dupont & Fils <SARL> {{7*7}} *x* [y](z)"
NBSP = "\u00a0"


def pack(language: str = "fr", *, status: str | None = None) -> Numbered:
    """The numbered pack in ``fr`` or ``en``."""
    words = _Words(language)
    if status is None:
        status = words("Projet, à faire valider par un avocat", "Draft, to be reviewed by a lawyer")
    document = Document(
        language=language,
        properties=Properties(
            title=words("Contrat de services infogérés", "Managed services agreement"),
            author="Nord Infogérance",
            subject=words("Pack contractuel", "Contract pack"),
            reference="NI-2026-0042",
            created="2026-03-02T09:00:00+00:00",
            status=status,
            footer="Nord Infogérance SAS, RCS Lille 123 456 789",
        ),
        parts=(_order(words), _agreement(words), _levels(words), _prices(words), _maintenance(words)),
    )
    return Numbered(document, dict(_labels(document, words)))


@dataclass(frozen=True)
class _Words:
    language: str

    def __call__(self, fr: str, en: str) -> str:
        return fr if self.language == "fr" else en

    def text(self, fr: str, en: str) -> Text:
        return Text(self(fr, en))


def _client() -> Value:
    return Value(HOSTILE_NAME, "client.name", "text")


def _clause(
    anchor: str, title: tuple[Inline, ...], *blocks: Block, hidden: bool = False, clause_id: str | None = None
) -> Clause:
    return Clause(
        id=clause_id or f"base/{anchor.replace('.', '/')}",
        anchor=anchor,
        title=title,
        title_hidden=hidden,
        blocks=blocks,
        digest="9f2c41d0aa17b3c4d5e6f708192a3b4c5d6e7f80",
        file=f"clauses/base/{anchor.replace('.', '/')}.md",
    )


def _cell(text: str) -> Cell:
    return Cell((Text(text),))


# ---- the four parts


def _order(w: _Words) -> Part:
    identity = Table(
        anchor="order.parties.t1",
        header=(_cell(w("Partie", "Party")), _cell(w("Dénomination", "Name")), _cell(w("Siège", "Office"))),
        rows=(
            (
                _cell(w("Prestataire", "Provider")),
                _cell("Nord Infogérance SAS"),
                _cell("12 rue de la Paix, 59000 Lille"),
            ),
            (_cell("Client"), Cell((_client(),)), _cell("3 quai des Orfèvres, 75001 Paris")),
        ),
        align=("left", "left", "left"),
    )
    signature_lines = (
        (w.text(f"Nom{NBSP}: ", "Name: "), Value("Claire Martin", "provider.signatory.name", "text")),
        (w.text(f"Qualité{NBSP}: ", "Title: "), Value("Présidente", "provider.signatory.title", "text")),
        (w.text(f"Date{NBSP}:", "Date:"),),
        (w.text(f"Signature{NBSP}:", "Signature:"),),
    )
    client_lines = (
        (w.text(f"Nom{NBSP}:", "Name:"),),
        (w.text(f"Qualité{NBSP}:", "Title:"),),
        *signature_lines[2:],
    )
    return Part(
        id="D02",
        kind="order",
        title=w("Bon de commande", "Order form"),
        name=w("Bon de commande", "Order Form"),
        cover=(
            PlainParagraph((w.text("Bon de commande", "Order form"),)),
            PlainParagraph((Strong((Text("Nord Infogérance SAS"),)),)),
            PlainParagraph((w.text("et", "and"),)),
            PlainParagraph((Strong((_client(),)),)),
            PlainParagraph(
                (w.text("Référence NI-2026-0042", "Reference NI-2026-0042"), LineBreak(), Text("02/03/2026"))
            ),
        ),
        contents=False,
        sections=(
            Section(
                "order.parties",
                (w.text("Parties", "Parties"),),
                (
                    _clause("order.parties.identity", (w.text("Identité", "Identity"),), identity, hidden=True),
                    _clause(
                        "order.parties.contract",
                        (w.text("Documents applicables", "Applicable documents"),),
                        Paragraph(
                            "order.parties.contract.p1",
                            (
                                w.text(
                                    "Le présent bon de commande est régi par le ", "This order form is governed by the "
                                ),
                                Reference("D01"),
                                w.text(" et complété par l'", " and completed by "),
                                Reference("D07"),
                                w.text(", notamment son ", ", in particular its "),
                                Reference("prices.grid.rates"),
                                Text("."),
                            ),
                        ),
                    ),
                ),
            ),
            Section(
                "order.signature",
                (w.text("Signature", "Signature"),),
                (
                    _clause(
                        "order.signature.block",
                        (w.text("Signatures", "Signatures"),),
                        Paragraph(
                            "order.signature.block.p1",
                            (
                                w.text(
                                    "Le bon de commande est signé électroniquement.",
                                    "The order form is signed electronically.",
                                ),
                            ),
                        ),
                        PlainParagraph((w.text(f"Fait à Lille, en deux exemplaires{NBSP}:", "Signed in two copies:"),)),
                        Signatures(
                            (
                                SignatureParty(
                                    (w.text("Pour le Prestataire", "For the Provider"),), signature_lines, "/sn1/"
                                ),
                                SignatureParty((w.text("Pour le Client", "For the Client"),), client_lines, "/sn2/"),
                            )
                        ),
                        hidden=True,
                    ),
                ),
            ),
        ),
    )


def _agreement(w: _Words) -> Part:
    return Part(
        id="D01",
        kind="agreement",
        title=w("Contrat-cadre de services", "Master services agreement"),
        name=w("Contrat-cadre", "Master Agreement"),
        cover=(
            PlainParagraph((w.text("Contrat-cadre de services infogérés", "Master managed services agreement"),)),
            PlainParagraph((Strong((Text("Nord Infogérance SAS"),)),)),
            PlainParagraph((w.text("et", "and"),)),
            PlainParagraph((Strong((_client(),)),)),
            PlainParagraph((w.text("2 mars 2026", "2 March 2026"),)),
        ),
        contents=True,
        sections=(_purpose(w), _duration(w), _liability(w)),
    )


def _purpose(w: _Words) -> Section:
    definitions = Definitions(
        (
            Definition(
                "business_day",
                w("Jour ouvré", "Business Day"),
                (
                    w.text(
                        "désigne chaque jour du lundi au vendredi, hors jours fériés.",
                        "means Monday to Friday, public holidays excepted.",
                    ),
                ),
            ),
            Definition(
                "services",
                w("Services", "Services"),
                (
                    w.text("désigne les prestations décrites à l'", "means the services described in "),
                    Reference("D03"),
                    w.text(
                        ", que le Prestataire exécute selon les règles de l'art et les niveaux convenus.",
                        ", which the Provider performs with reasonable skill and care and at the agreed levels.",
                    ),
                ),
            ),
        )
    )
    return Section(
        "purpose",
        (w.text("Objet et définitions", "Purpose and definitions"),),
        (
            _clause(
                "purpose.object",
                (w.text("Objet", "Purpose"),),
                Paragraph(
                    "purpose.object.p1",
                    (
                        w.text(
                            "Le présent contrat définit les conditions dans lesquelles le Prestataire fournit à ",
                            "This agreement sets out how the Provider supplies ",
                        ),
                        _client(),
                        w.text(" les ", " with the "),
                        Term("services", "Services"),
                        w.text(
                            ", pour la durée prévue à l'",
                            ", for the duration set by ",
                        ),
                        Reference("duration"),
                        w.text(" et sous le plafond de l'", " and under the cap of "),
                        Reference("liability.cap"),
                        Text("."),
                    ),
                ),
                Paragraph(
                    "purpose.object.p2",
                    (
                        w.text("Les documents suivants forment, ", "The following documents form, "),
                        Emphasis((w.text("par ordre de priorité décroissante", "in descending order of priority"),)),
                        w.text(f", le contrat{NBSP}:", ", the contract:"),
                    ),
                ),
                ItemList(
                    (
                        Item("purpose.object.p2.a", (w.text("le bon de commande ;", "the order form;"),)),
                        Item(
                            "purpose.object.p2.b",
                            (w.text(f"les annexes{NBSP}:", "the schedules:"),),
                            (
                                Item("purpose.object.p2.b.i", (w.text("niveaux de service ;", "service levels;"),)),
                                Item("purpose.object.p2.b.ii", (w.text("prix ;", "prices;"),)),
                            ),
                        ),
                        Item("purpose.object.p2.c", (w.text("le présent contrat.", "this agreement."),)),
                    )
                ),
            ),
            _clause(
                "purpose.definitions",
                (w.text("Définitions", "Definitions"),),
                definitions,
            ),
        ),
    )


def _duration(w: _Words) -> Section:
    return Section(
        "duration",
        (w.text("Durée", "Duration"),),
        (
            _clause(
                "duration.initial",
                (w.text("Durée initiale", "Initial duration"),),
                Paragraph(
                    "duration.initial.p1",
                    (
                        w.text("Le contrat est conclu pour ", "The agreement lasts "),
                        Value(w(f"36{NBSP}mois", f"36{NBSP}months"), "duration.initial", "duration"),
                        w.text(". Il cesse dans les cas prévus à l'", ". It ends in the cases of "),
                        Reference("duration.end.second.b"),
                        w.text(" et à l'", " and "),
                        Reference("duration.end.second.b.ii"),
                        Text("."),
                    ),
                ),
                hidden=True,
            ),
            _clause(
                "duration.end",
                (w.text("Fin anticipée", "Early end"),),
                Paragraph(
                    "duration.end.p1",
                    (w.text(f"Le Client peut mettre fin au contrat{NBSP}:", "The Client may end the agreement:"),),
                ),
                ItemList(
                    (
                        Item("duration.end.p1.a", (w.text("en cas de manquement grave ;", "for material breach;"),)),
                        Item(
                            "duration.end.p1.b",
                            (w.text("en cas de force majeure prolongée.", "for lasting force majeure."),),
                        ),
                    )
                ),
                PlainParagraph((w.text(f"Le Prestataire peut y mettre fin{NBSP}:", "The Provider may end it:"),)),
                ItemList(
                    (
                        Item("duration.end.second.a", (w.text("en cas de défaut de paiement ;", "for non-payment;"),)),
                        Item(
                            "duration.end.second.b",
                            (w.text(f"dans les cas suivants{NBSP}:", "in these cases:"),),
                            (
                                Item("duration.end.second.b.i", (w.text("usage illicite ;", "unlawful use;"),)),
                                Item(
                                    "duration.end.second.b.ii",
                                    (w.text("mise en danger du système.", "danger to the system."),),
                                ),
                            ),
                        ),
                    )
                ),
                Paragraph(
                    "duration.end.p2",
                    (
                        w.text(
                            "La notification est faite par lettre recommandée selon l'",
                            "Notice is given by registered letter under ",
                        ),
                        Reference("duration.end.p1.a"),
                        Text("."),
                    ),
                ),
                ItemList(
                    (Item("duration.end.p2.a", (w.text("avec un préavis d'un mois.", "with one month's notice."),)),)
                ),
            ),
        ),
    )


def _liability(w: _Words) -> Section:
    return Section(
        "liability",
        (w.text("Responsabilité", "Liability"),),
        (
            _clause(
                "liability.cap",
                (w.text("Plafond", "Cap"),),
                Paragraph(
                    "liability.cap.p1",
                    (
                        w.text(
                            "La responsabilité totale du Prestataire est plafonnée, par année contractuelle, à ",
                            "The Provider's total liability is capped, per contract year, at ",
                        ),
                        Strong((Value(w(f"120{chr(0x202F)}000{NBSP}€", "€120,000"), "liability.cap_amount", "money"),)),
                        w.text(". Les avoirs prévus à l'", ". The credits under "),
                        Reference("levels.credits.rule"),
                        w.text(
                            " s'imputent sur ce plafond, y compris ceux de l'",
                            " count towards this cap, including those of ",
                        ),
                        Reference("levels.credits.rule.p1.b"),
                        Text("."),
                    ),
                ),
                clause_id="jurisdictions/FR/liability/cap-for-small-and-medium-sized-companies-with-regulated-data",
            ),
            _clause(
                "liability.notice",
                (w.text("Point d'attention", "Point of attention"),),
                Notice(
                    (
                        Subheading((w.text("À lire avant de signer", "Read before signing"),)),
                        PlainParagraph(
                            (
                                w.text("Le plafond de l'", "The cap of "),
                                Reference("liability.cap.p1"),
                                w.text(
                                    " ne joue pas en cas de faute lourde ou dolosive, ni de dommage corporel.",
                                    " does not apply to gross negligence, wilful misconduct or personal injury.",
                                ),
                            )
                        ),
                        Table(
                            "liability.notice.t1",
                            (_cell(w("Exemple", "Example")), _cell(w("Montant", "Amount"))),
                            ((_cell(w("Préjudice de 200 000 €", "Loss of €200,000")), _cell("120 000,00")),),
                            ("left", "right"),
                        ),
                    )
                ),
                hidden=True,
            ),
        ),
    )


def _levels(w: _Words) -> Part:
    targets = Table(
        anchor="levels.targets.grid.t1",
        header=(
            _cell(w("Priorité", "Priority")),
            _cell(w("Description de l'incident", "Description of the incident")),
            _cell(w("Prise en charge", "Response")),
            _cell(w("Rétablissement", "Restoration")),
            _cell(w("Taux", "Rate")),
        ),
        rows=tuple(
            (
                _cell(f"P{level}"),
                _cell(
                    w(
                        "Service indisponible pour l'ensemble des utilisateurs ou perte de données en cours"
                        if level < 3
                        else "Gêne limitée à un utilisateur, avec solution de contournement",
                        "Service down for all users, or data being lost"
                        if level < 3
                        else "One user hindered, with a workaround",
                    )
                ),
                _cell(w(f"{level * 15}{NBSP}min", f"{level * 15}{NBSP}min")),
                _cell(f"{level * 4}{NBSP}h"),
                _cell(w("99,95 %", "99.95%")),
            )
            for level in range(1, 6)
        ),
        align=("center", "left", "right", "right", "right"),
    )
    return Part(
        id="D03",
        kind="annex",
        title=w("Niveaux de service", "Service levels"),
        name="",
        cover=(
            PlainParagraph(
                (w.text("La présente annexe complète le ", "This schedule completes the "), Reference("D01"), Text("."))
            ),
        ),
        contents=False,
        sections=(
            Section(
                "levels.targets",
                (w.text("Engagements", "Targets"),),
                (
                    _clause(
                        "levels.targets.grid",
                        (w.text("Grille des engagements", "Grid of targets"),),
                        targets,
                        PlainParagraph(
                            (
                                w.text(
                                    "Les délais courent pendant les plages de service.",
                                    "Times run during service hours.",
                                ),
                            )
                        ),
                    ),
                    _clause(
                        "levels.targets.sheet",
                        (w.text("Fiche", "Sheet"),),
                        Subheading((w.text("Service d'assistance", "Service desk"),)),
                        Paragraph(
                            "levels.targets.sheet.p1",
                            (w.text("L'assistance répond de 8 h à 18 h.", "The service desk answers from 8 to 18."),),
                        ),
                        hidden=True,
                    ),
                ),
            ),
            Section(
                "levels.credits",
                (w.text("Avoirs", "Service credits"),),
                (
                    _clause(
                        "levels.credits.rule",
                        (w.text("Calcul", "Computation"),),
                        Paragraph(
                            "levels.credits.rule.p1", (w.text(f"L'avoir est égal{NBSP}:", "The credit equals:"),)
                        ),
                        ItemList(
                            (
                                Item(
                                    "levels.credits.rule.p1.a",
                                    (w.text("à 5 % par tranche entamée ;", "5% per band begun;"),),
                                ),
                                Item(
                                    "levels.credits.rule.p1.b",
                                    (
                                        w.text(
                                            "au plus à 20 % de la redevance mensuelle.",
                                            "at most 20% of the monthly fee.",
                                        ),
                                    ),
                                ),
                            )
                        ),
                    ),
                ),
            ),
        ),
    )


def _prices(w: _Words) -> Part:
    grid = Table(
        anchor="prices.grid.rates.t1",
        header=(
            _cell(w("Service", "Service")),
            _cell(w("Unité", "Unit")),
            _cell(w("Quantité", "Quantity")),
            _cell(w("Prix mensuel HT", "Monthly price excl. VAT")),
        ),
        rows=(
            (
                _cell(w("Supervision des serveurs", "Server monitoring")),
                _cell(w("serveur", "server")),
                _cell("12"),
                _cell("540,00"),
            ),
            (
                _cell(w("Assistance aux utilisateurs", "User support")),
                _cell(w("utilisateur", "user")),
                _cell("85"),
                _cell("2 125,00"),
            ),
            (_cell(w("Total", "Total")), _cell(""), _cell(""), _cell("2 665,00")),
        ),
        align=("left", "left", "right", "right"),
    )
    return Part(
        id="D07",
        kind="annex",
        title=w("Prix", "Prices"),
        name="",
        cover=(),
        contents=False,
        sections=(
            Section(
                "prices.grid",
                (w.text("Grille tarifaire", "Price grid"),),
                (
                    _clause(
                        "prices.grid.rates",
                        (w.text("Prix mensuels", "Monthly prices"),),
                        Paragraph(
                            "prices.grid.rates.p1",
                            (
                                w.text(
                                    "Les prix s'entendent hors taxes, par mois.", "Prices exclude VAT and are monthly."
                                ),
                            ),
                        ),
                        grid,
                        Paragraph(
                            "prices.grid.rates.p2",
                            (
                                w.text("Ils sont révisés selon l'", "They are revised under "),
                                Reference("prices.grid"),
                                w.text(" et l'", " and "),
                                Reference("D03"),
                                Text("."),
                            ),
                        ),
                    ),
                ),
            ),
        ),
    )


def _maintenance(w: _Words) -> Part:
    return Part(
        id="D10",
        kind="annex",
        title=w("Maintenance", "Maintenance"),
        name="",
        cover=(),
        contents=True,
        sections=(
            Section(
                "maintenance.windows",
                (w.text("Fenêtres", "Windows"),),
                (
                    _clause(
                        "maintenance.windows.list",
                        (w.text("Liste", "List"),),
                        ItemList(
                            (
                                Item("maintenance.windows.list.a", (w.text("chaque mardi ;", "each Tuesday;"),)),
                                Item("maintenance.windows.list.b", (w.text("chaque jeudi.", "each Thursday."),)),
                            )
                        ),
                        hidden=True,
                    ),
                ),
            ),
            Section(
                "maintenance.notice",
                (w.text("Préavis", "Notice"),),
                (
                    _clause(
                        "maintenance.notice.rule",
                        (w.text("Annonce", "Announcement"),),
                        Paragraph(
                            "maintenance.notice.rule.p1",
                            (
                                w.text("Les fenêtres de l'", "The windows of "),
                                Reference("maintenance.windows.list.b"),
                                w.text(" sont annoncées selon le ", " are announced under the "),
                                Reference("D02"),
                                w.text(" et l'", " and "),
                                Reference("maintenance.windows"),
                                Text("."),
                            ),
                        ),
                    ),
                ),
            ),
        ),
    )


# ---- labels, counted here without the writer


@dataclass
class _Counters:
    section: int = 0
    paragraph: int = 0
    letters: Iterator[int] = field(default_factory=lambda: count(1))


def _labels(document: Document, w: _Words) -> Iterator[tuple[str, Label]]:
    annexes = count(0)
    section_word = w("Article", "Section")
    annex_word = w("Annexe", "Schedule")
    for part in document.parts:
        prefix = ""
        depth = 0
        if part.kind == "annex":
            letter = "ABCDEFGH"[next(annexes)]
            prefix, depth = f"{letter}.", 1
            yield part.id, Label(f"{annex_word} {letter}", f"{annex_word} {letter}", letter, 0, part.id)
        else:
            yield part.id, Label("", part.name, "", 0, part.id)
        for number, section in enumerate(part.sections, start=1):
            bare = f"{prefix}{number}"
            marker = bare if prefix else f"{section_word} {bare}."
            of_section = Label(marker, f"{w('article', 'Section')} {bare}", bare, depth, part.id)
            yield section.anchor, of_section
            yield from _section_labels(section, of_section, w, depth + 1)


def _section_labels(section: Section, of_section: Label, w: _Words, depth: int) -> Iterator[tuple[str, Label]]:
    paragraphs = count(1)
    for clause in section.clauses:
        current = of_section
        own: Label | None = None
        titled_alone = not clause.title_hidden and not isinstance(clause.blocks[0], Paragraph)
        if titled_alone:
            current = own = _paragraph_label(of_section, next(paragraphs), w, depth)
        for block in clause.blocks:
            if isinstance(block, Paragraph):
                current = _paragraph_label(of_section, next(paragraphs), w, depth)
                own = own or current
                yield block.anchor, current
            elif isinstance(block, ItemList):
                yield from _item_labels(block, current, w, depth + 1)
        yield clause.anchor, own or of_section


def _paragraph_label(of_section: Label, number: int, w: _Words, depth: int) -> Label:
    bare = f"{of_section.number}.{number}"
    return Label(bare, f"{w('article', 'Section')} {bare}", bare, depth, of_section.part)


def _item_labels(items: ItemList, above: Label, w: _Words, depth: int) -> Iterator[tuple[str, Label]]:
    for letter, item in zip("abcdefgh", items.items, strict=False):
        bare = f"{above.number}({letter})"
        yield item.anchor, Label(f"({letter})", f"{w('article', 'Section')} {bare}", bare, depth, above.part)
        for roman, inner in zip(("i", "ii", "iii", "iv"), item.items, strict=False):
            deeper = f"{bare}({roman})"
            label = Label(f"({roman})", f"{w('article', 'Section')} {deeper}", deeper, depth + 1, above.part)
            yield inner.anchor, label
