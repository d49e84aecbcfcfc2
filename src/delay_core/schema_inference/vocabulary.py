"""Words in the headers and values of shipment tables, in English, German, French, Spanish and Portuguese.

SAP's technical names (VBELN, ERDAT, WADAT) are among them.
"""

import re
import unicodedata
from functools import lru_cache


@lru_cache(maxsize=65_536)
def normalize(text: str) -> str:
    """Lower case without accents, words separated by spaces: `OrderDate_UTC` → `order date utc`, `#` → `number`."""
    numbered = re.sub(r"[#№]|\b[nN][°º]", " number ", text)
    separated = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", numbered)
    decomposed = unicodedata.normalize("NFKD", separated.casefold())
    without_accents = "".join(character for character in decomposed if not unicodedata.combining(character))
    return " ".join(re.findall(r"[^\W\d_]+|[0-9]+", without_accents))


class Vocabulary:
    """Words with one meaning. In the lists, `_` stands for a space and `*` for any number of letters."""

    def __init__(self, *lists: str) -> None:
        entries = sorted({entry for words in lists for entry in words.split()}, key=lambda entry: (-len(entry), entry))
        patterns = [entry.replace("_", " ").replace("*", "[^\\W\\d_]*") for entry in entries]
        self._pattern = re.compile(rf"\b(?:{'|'.join(patterns)})\b")

    def first_match(self, text: str) -> str:
        """The first of these words in a header or a value; empty if it has none."""
        match = self._pattern.search(normalize(text))
        return match.group() if match else ""

    def matches_all(self, text: str) -> bool:
        """Whether the text has words, and all of them are in this vocabulary."""
        return bool(normalize(text)) and not self.remove_from(text)

    def remove_from(self, text: str) -> str:
        """The normalized text without these words."""
        return " ".join(self._pattern.sub(" ", normalize(text)).split())


ORDERED = Vocabulary(
    "order orders ordered orderdate* ordertime* created creation create placed booked booking* purchase* approved",
    "tender* erdat audat bedat bstdk compra*",
    "bestell* auftrag* erfasst erfassung* erstellt erstellung* angelegt gebucht buchung*",
    "commande* cree creee creation pedido* orden creado creada creacion reserva*",
)
DISPATCHED = Vocabulary(
    "dispatch* despatch* shipped ship shipping shipment shipdate sent_out departure* departed pickup* pick_up",
    "picked loaded atd etd std dep",
    "packed versand* versendet abgang* abhol* abfahrt* verladen verladung* verpackt",
    "expedi* envoi* enlevement* depart ramassage envio* enviado* enviada* despach* salida recogida",
)
PROMISED = Vocabulary(
    "promise* scheduled schedule due eta planned plan expected expectation estimate* deadline target requested",
    "required require etd std sta crs appt appointments",
    "wadat lfdat vdatu edatu eindt lddat tddat",
    "commit committed commitment agreed appointment window need_by must sla geplant* planliefer* plandatum plantermin*",
    "soll* zugesagt* zusage* versprochen* liefertermin* lieferfrist wunsch* vereinbart* fallig* faellig* frist bis",
    "prevu* promis* estime* souhait* echeance* delai* convenu* prevista previsto prometid* estimad* plazo limite",
    "compromis* acordad* programad* promet* previst* combinad* prazo agendad*",
)
ARRIVED = Vocabulary(
    "delivered arrived arrival* received receipt completed completion finished unloaded signed proof pod handed",
    "ata arr done geliefert* ausgeliefert* zugestellt* zustell* angekommen ankunft* empfangen eingang* eingetroffen",
    "livre livree arrivee recu recue reception entregad* recibid* llegad* recepcion",
    "entregue* recebid* chegada chegou",
)
ACTUAL = Vocabulary(
    "actual* real realized realised tatsachlich* tatsaechlich* ist istdatum istliefer* isttermin* reel reelle effecti*",
    "realizad* efetiv*",
)
DELIVERY = Vocabulary("delivery* deliver liefer* livraison* entrega*")
ARRIVAL_TIMES = Vocabulary("eta ata sta lfdat arrival* ankunft* arrivee llegada chegada")
RECORDED = Vocabulary(
    "recorded record posted logged entered updated modified last changed geandert geaendert modifie* aedat budat"
)
CARRIER = Vocabulary("carrier* spediteur* transporteur* transportista*")
IN_TRANSIT = Vocabulary("transit customs zoll* douane* aduana* scan* hub transshipment checkpoint border")
TIME_WORDS = Vocabulary(
    "date* datetime time timestamp ts at on day when epoch unix *datum *datums zeit* *zeit zeitpunkt *zeitpunkt tag",
    "*termin stand jour heure horodatage fecha* hora dia utc *date",
)

LATE = Vocabulary(
    "late lateness islate delay* isdelay* delayed overdue tardy tardiness breach* missed",
    "verspat* verspaet* zu_spat zu_spaet uberfallig* ueberfaellig* verzug lieferverzug verzoger* verzoeger*",
    "retard* en_retard tardif tardive retras* atras* tarde demora*",
)
NEGATED = Vocabulary("not nicht pas nao non")
LABEL = Vocabulary(
    "label labels target y outcome class response ground_truth ziel zielvariable cible etiqueta objetivo alvo rotulo"
)
LATE_MARKS = Vocabulary("r red rot rouge rojo vermelho l d")
ON_TIME_MARKS = Vocabulary("g green grun gruen vert verde o ot")
DELAY_UNITS = {
    "seconds": Vocabulary("s sec secs second seconds sekunden secondes segundos"),
    "minutes": Vocabulary("min mins minute minutes minuten minutos"),
    "hours": Vocabulary("h hr hrs hour hours std stunden heures horas"),
    "days": Vocabulary("d day days tag tage jour jours dia dias"),
}
ON_TIME = Vocabulary(
    "on_time ontime isontime in_time timely otd otif punctual* early advance within_sla",
    "punktlich* puenktlich* termintreu* rechtzeitig* fristgerecht* a_l_heure ponctue* a_temps puntual* a_tiempo",
    "pontual* no_prazo a_tempo",
)
NEGATION = Vocabulary("not no non nicht kein* pas sin")
TRUE = Vocabulary("1 true yes y t ja j wahr oui o vrai si s verdadero x sim verdadeiro")
FALSE = Vocabulary("0 false no n f nein falsch non faux falso nao")
HISTORICAL = Vocabulary("avg average mean median hist history historic* past previous prior rate ratio share forecast")
FILLER = Vocabulary(
    "delivery delivered shipping shipped shipment arrival arrived order is was very slightly status geliefert",
    "lieferung",
    "zugestellt livraison livre livree entrega entregado",
)

OUTCOME = Vocabulary(
    "actual* delivered arrived received recorded reason* cause outcome* proof pod signature signed invoice* invoiced",
    "divert* wheels_off wheels_on taxi_out taxi_in air_time airtime elapsed",
    "attempts attempt intentos tentatives tentativas zustellversuch*",
    "review* feedback claim* complaint* refund* penalty penalties compensation real grund *grund ursache *ursache",
    "geliefert* zugestellt* tatsachlich* tatsaechlich* rechnung* *rechnung reklamation* livre livree motif* facture*",
    "raison* reel reelle motivo* razon* factura* entregad* recibid* incidencia* penaliz*",
)
RECORDED_VALUES = Vocabulary("captured recorded measured weighed invoic* gemessen gewogen facture* pese* pesado")
CURRENT = Vocabulary("curr current aktuell* actuel* ping latest last_known")
DURATION = Vocabulary(
    "time times duration minutes mins hours days dauer zeit *dauer *zeit temps duree tiempo duracion tempo"
)
STATUS = Vocabulary("status statut estado zustand *status etat")
SHIPMENT_WORDS = Vocabulary(
    "status statut estado zustand state *status etat shipment order delivery parcel package consignment tracking",
    "current",
    "final last transport code name description sendung* auftrag* bestell* liefer* commande livraison colis envoi",
    "du de",
    "del la le l pedido envio entrega",
)
FINAL_STATUS = Vocabulary(
    "delivered arrived received completed closed returned geliefert zugestellt angekommen abgeschlossen livre livree",
    "arrive recu entregado recibido lost failed undelivered delivery_failed",
)
CANCELED = Vocabulary(
    "cancelled canceled cancel cancelado cancelada void voided test deleted returned storniert storno annulliert",
    "abgebrochen geloscht geloescht retourniert retoure annule annulee retourne anulado anulada devuelto devuelta",
)
CANCEL_FLAG = Vocabulary("cancel* void* storn* annul* anulad* is_test istest deleted geloscht geloescht")

ID = Vocabulary(
    "id ids uuid guid number nr no num code key ref reference barcode tracking awb hawb waybill asn dn po so sscc",
    "serial",
    "*nummer *nr kennung *kennung schlussel *schluessel *schlussel numero cle codigo folio guia albaran identifier",
    "vbeln ebeln posnr ebelp kunnr matnr lifnr tknum vbelv exidv",
    "orderid shipmentid parcelid packageid consignmentid deliveryid customerid lineid rowid",
)
CODE = Vocabulary("code codigo zip* post* plz class klasse category zone kind type typ")
SHIPMENT = Vocabulary(
    "asn dn shipment* consignment* delivery waybill awb hawb mawb bl bol container* load trip tour manifest transport*",
    "sendung* lieferschein* lieferung* ladung* envoi* expedition* bordereau* envio* albaran* remesa* tknum vbeln b_l",
)
ORDER = Vocabulary(
    "order* po so auftrag* bestell* commande* pedido* booking* batch lot invoice* quote pq ebeln stop stops"
)
LINE = Vocabulary(
    "line item row seq sequence pos position* zeile ligne linea partida parcel package colis bulto packstuck",
    "posnr ebelp",
)
ENTITY = Vocabulary(
    "customer* client* user* account* vendor* supplier* carrier* driver* vehicle* truck* asset* product* item* sku",
    "material* article* warehouse* site* depot* store* plant* location* route* project* country city region branch*",
    "hub*",
    "port kunde* lieferant* fahrer* fahrzeug* artikel* produkt* lager* werk* produit* fournisseur* producto*",
    "proveedor*",
    "kunnr matnr lifnr vstel vkorg werks seller* merchant* courier* rider* flight* vessel* voyage* aircraft* tail*",
    "comprador* vendedor* cliente* chauffeur* vehicule* vehiculo* veiculo* motorista* magasin* almacen* loja*",
    "articulo* conductor* transporteur* transportista* spediteur* device* sensor* machine* zip* postal* plz* team*",
)
FREE_TEXT = Vocabulary(
    "note notes comment comments remark remarks memo instruction* freetext free_text bemerkung* kommentar* anmerkung*",
    "hinweis* notiz* commentaire* remarque* observacion* comentario* nota notas",
)
SIGNED = Vocabulary("temp* profit* balance diff* margin* benefit* elevation change deviation gewinn saldo marge")
LATITUDE = Vocabulary("lat latitude latitud breite breitengrad")
LONGITUDE = Vocabulary("lon lng long longitude longitud laenge lange laengengrad langengrad")
ORIGIN = Vocabulary(
    "origin* pickup pick_up from start source sender warehouse depot abhol* von absender start* depart origen"
)
