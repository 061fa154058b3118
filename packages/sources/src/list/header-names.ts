/**
 * How lists head the column of addresses: English, German, French, Spanish, Portuguese, Italian, Dutch, Polish, Czech, Scandinavian, Finnish,
 * Hungarian, Turkish, Russian, Ukrainian, Greek, Hebrew, Arabic, Chinese, Japanese, Korean, Vietnamese, Indonesian.
 * memory: the words are from knowledge of these languages, not from a source.
 */
const plainWords = `email emails mail emailaddress emailaddresses emailaddr mailaddress emailid useremail contactemail customeremail subscriberemail primaryemail
  recipient recipients rcpt mailbox emailadresse mailadresse epost epostadress epostadresse epostadres emailadres emailadress courriel
  adressemail adresseemail adressecourriel adresseelectronique adressedemessagerie correo correos correoelectronico direcciondecorreo
  direcciondecorreoelectronico emailcorreo endereçodeemail enderecodeemail correioeletronico indirizzoemail indirizzomail indirizzodiposta
  postaelettronica adresemail adrespocztyelektronicznej pocztaelektroniczna emailová emailovaadresa emailováadresa sähköposti
  sähköpostiosoite sahkoposti emailcím emailcim eposta epostaadresi elektronikposta почта элпочта электроннаяпочта адресэлектроннойпочты
  емейл имейл емайл електроннапошта пошта електроннаадреса ηλεκτρονικόταχυδρομείο διεύθυνσηemail דואל דוארלאלקטרוני אימייל البريدالإلكتروني
  البريدالالكتروني بريدالكتروني 邮箱 电子邮箱 邮箱地址 电子邮件 电子邮件地址 电邮 郵箱 電郵 電子郵件 電子信箱 メール メールアドレス eメール 電子メール 이메일 이메일주소
  전자메일 메일 diachiemail thưđiệntử surel alamatemail`

/** These head columns of postal addresses and people too: they count only where addresses of mail stand below. */
const vagueWords =
  'address adresse adresa adres dirección direccion endereço endereco indirizzo adress адрес адреса 地址 地址栏 アドレス 주소 to recipient recipients mail contact user username login'

/** Contained in a name, they make it likely: `Billing Email`, `E-mail 1 - Value`. */
const parts = 'email mail courriel correo почта 邮箱 邮件 郵件 メール 이메일'

/** Letters and digits alone, without accents, so that `E-Mail`, `e_mail` and `EMAIL` are one, and `electrónico` and `electronico`. */
const letters = (name: string): string =>
  name
    .slice(0, 200)
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '')

const words = (text: string): readonly string[] => text.split(/\s+/).map(letters)
const plainNames: ReadonlySet<string> = new Set(words(plainWords))
const vagueNames: ReadonlySet<string> = new Set(words(vagueWords))
const likely: readonly string[] = words(parts)

export const isPlainName = (name: string): boolean => plainNames.has(letters(name))
export const isKnownName = (name: string): boolean => isPlainName(name) || vagueNames.has(letters(name))
export const isNamedLike = (name: string): boolean => likely.some((part) => letters(name).includes(part))
