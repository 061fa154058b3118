/**
 * Domains that exist and mean what they say, for counting suggestions that are wrong. Written from memory, with names chosen that lie near a
 * provider's (short ones, words, `…mail`, `…cloud`, `y…`, `g…`) beside the ordinary.
 */
const firms =
  `3m abb abbott abbvie accenture activision adidas adobe adp aegon aetna airbus akamai alcoa aldi alibaba allianz allstate ally alstom
altria amazon amd amgen amway analog aon apple aramco arm asana asics asus atlassian autodesk avaya aviva avon axa bain bayer bbc bbva bestbuy bild bing
biogen blackrock blizzard bloomberg bmw boeing booking bosch box bp brother burberry canon carrefour caterpillar cbre chanel chevron chubb cigna
cisco citi cloudera cnn coca-cola colgate costco credit-suisse cummins daimler danone dbs dell deloitte delta dhl diageo disney docusign dow dropbox
dyson easyjet ebay ecolab edf electrolux emerson engie eni epson equinor ericsson etsy evernote expedia exxonmobil facebook fedex ferrari fiat figma
fitbit ford foxconn fujitsu gap garmin gartner ge generali gilead gitlab glencore gm godaddy goldmansachs goodyear google gopro grab gsk gucci
haier harley-davidson hasbro heineken heinz henkel hermes hertz hilton hitachi hm honda honeywell hp hsbc huawei hulu hyatt hyundai ibm ikea
illumina infineon infosys ing intel intuit jaguar jcrew jpmorgan juniper kayak kellogg kering kia klarna klm kodak kohls komatsu kpmg kraftheinz kroger
lego lenovo lg lilly lindt linkedin linux lockheed logitech loreal lowes lufthansa lululemon lvmh lyft macys maersk marriott marvel mastercard mattel
mazda mcdonalds mckesson mckinsey medtronic merck metlife michelin micron microsoft miele mitsubishi moderna mongodb motorola mozilla msc mtv nasdaq natura
nestle netapp netflix newbalance nike nikon nintendo nissan nokia nordea nordstrom novartis novell nvidia oracle oreal osram otto palantir
panasonic paypal pepsico pfizer philips pinterest pixar porsche postman prada procter prologis prudential puma pwc qualcomm rakuten raytheon reddit
renault repsol reuters ricoh rimowa roche rolex roku sabre safran salesforce samsung sandisk sanofi santander sap schneider seagate sega
shell shopify siemens slack snapchat sony spacex spotify square staples starbucks stripe subaru suzuki swatch swift symantec sysco target tata
tesco tesla tesla texas tiffany timberland toshiba total toyota travelers trello tripadvisor tui twilio twitch uber ubisoft ubs ucb udemy
unilever uniqlo unity ups vale valve vans verisign versace vimeo virgin visa vmware volvo vodafone walgreens walmart wayfair wework
whirlpool wipro wired wix wolfram workday xbox xerox yamaha yelp yeti yext zalando zara zendesk zeiss zillow zoom zoominfo zurich zynga
allmail artmail ayman bail daily domail fairmail gala gamma gmv gnome gemini grammarly hotline hotspot hotpoint iclick imail
inmail jamail kayako kmart lookup mailbird mailchimp mailgun mailjet mailpoet mailtrap mandrill maple maxmail mobilemail nailco netmail nova onmail
outbrain outdoor outfit outlaw outlet overlook pcmail pmail postbox quail rmail safemail sailthru snail tailwind thumbtack trail trailblazer
vail vandex voicemail wail waymo xmail yakult yammer yandy yaya yodel yoga yohoho yola yoo yotpo youtube ytmnd zohocorp zoro zozo`
    .split(/\s+/)
    .map((name) => `${name}.com`)

const others =
  `harvard.edu mit.edu stanford.edu yale.edu princeton.edu columbia.edu berkeley.edu ucla.edu umich.edu cornell.edu nyu.edu gatech.edu caltech.edu
utexas.edu psu.edu purdue.edu osu.edu ufl.edu usc.edu bu.edu duke.edu rice.edu brown.edu tufts.edu gmu.edu ku.edu ox.ac.uk cam.ac.uk ucl.ac.uk
ed.ac.uk imperial.ac.uk kcl.ac.uk lse.ac.uk manchester.ac.uk ethz.ch epfl.ch uzh.ch tum.de lmu.de rwth-aachen.de kit.edu tu-berlin.de uni-heidelberg.de
uni-freiburg.de fu-berlin.de hu-berlin.de tu-dresden.de uni-hamburg.de tuwien.ac.at univie.ac.at kuleuven.be ugent.be ulb.ac.be tudelft.nl uva.nl vu.nl
leidenuniv.nl ens.fr polytechnique.edu sorbonne-universite.fr univ-lyon1.fr inria.fr cnrs.fr unibo.it polimi.it uniroma1.it unipd.it uam.es upm.es ub.edu
ulisboa.pt up.pt kth.se lu.se uu.se chalmers.se ntnu.no uio.no ku.dk dtu.dk helsinki.fi aalto.fi ut.ee lu.lv vu.lt uw.edu.pl agh.edu.pl cuni.cz
cvut.cz muni.cz stuba.sk elte.hu bme.hu unibuc.ro uoa.gr auth.gr ntua.gr metu.edu.tr boun.edu.tr huji.ac.il tau.ac.il technion.ac.il msu.ru spbu.ru
u-tokyo.ac.jp kyoto-u.ac.jp osaka-u.ac.jp waseda.jp keio.jp snu.ac.kr kaist.ac.kr tsinghua.edu.cn pku.edu.cn fudan.edu.cn ntu.edu.tw hku.hk ust.hk nus.edu.sg
ntu.edu.sg iitb.ac.in iisc.ac.in anu.edu.au unimelb.edu.au sydney.edu.au unsw.edu.au auckland.ac.nz utoronto.ca mcgill.ca ubc.ca uwaterloo.ca unam.mx usp.br
unicamp.br uba.ar uchile.cl uct.ac.za sun.ac.za cairo.eun.eg
nasa.gov nih.gov cdc.gov irs.gov state.gov loc.gov usda.gov epa.gov fda.gov gov.uk nhs.net nhs.uk bund.de bundestag.de europa.eu ec.europa.eu admin.ch gouv.fr
service-public.fr interieur.gouv.fr governo.it agid.gov.it gob.es gob.mx gov.br gov.pl gov.pt canada.ca gc.ca gov.au govt.nz un.org who.int nato.int wto.org oecd.org
imf.org worldbank.org icrc.org amnesty.org greenpeace.org wwf.org msf.org redcross.org unicef.org unesco.org
debian.org gnu.org kernel.org apache.org mozilla.org python.org wikipedia.org eff.org ietf.org w3.org iana.org icann.org isc.org ripe.net arin.net apnic.net
freebsd.org openbsd.org netbsd.org fedoraproject.org ubuntu.com redhat.com suse.com archlinux.org gentoo.org videolan.org gnome.org kde.org
bahn.de spiegel.de zeit.de faz.net sueddeutsche.de welt.de bild.de ard.de zdf.de heise.de golem.de otto.de rewe.de edeka.de lidl.de aldi.de dm.de sparkasse.de
commerzbank.com db.com bmwgroup.com volkswagen.de audi.de mercedes-benz.com bosch.de siemens.com basf.com bayer.com lemonde.fr lefigaro.fr liberation.fr sncf.fr edf.fr
laposte.fr bnpparibas.com societegenerale.com axa.fr renault.fr peugeot.fr carrefour.fr fnac.com cdiscount.com leboncoin.fr rai.it repubblica.it corriere.it eni.it
enel.it poste.it telecomitalia.it ferrari.com elpais.com elmundo.es rtve.es telefonica.com inditex.com mercadona.es correos.es bbc.co.uk theguardian.com telegraph.co.uk
tesco.co.uk sainsburys.co.uk barclays.co.uk lloydsbank.co.uk royalmail.com bt.com sky.com itv.com channel4.com nos.nl kpn.com ing.nl rabobank.nl philips.nl shell.nl
ahold.com belgium.be kbc.be svt.se ikea.se volvo.se ericsson.se nrk.no telenor.no equinor.com dr.dk novonordisk.com maersk.com yle.fi nokia.fi tvp.pl pkobp.pl allegro.pl
onet.pl wp.pl interia.pl ceskatelevize.cz skoda-auto.cz seznam.cz centrum.cz index.hu origo.hu emag.ro digi24.ro abv.bg dir.bg ert.gr in.gr hurriyet.com.tr
garanti.com.tr yandex.ru mail.ru vk.com sberbank.ru gazprom.ru rbc.ru lenta.ru rambler.ru ukr.net rozetka.com.ua privatbank.ua tut.by
nhk.or.jp toyota.co.jp sony.co.jp yahoo.co.jp rakuten.co.jp docomo.ne.jp nifty.com naver.com daum.net samsung.co.kr qq.com 163.com 126.com sina.com sohu.com baidu.com
taobao.com jd.com weibo.com huawei.com pchome.com.tw hinet.net singtel.com dbs.com.sg tcs.com infosys.com icicibank.com rediffmail.com abc.net.au telstra.com.au
bigpond.com optusnet.com.au commbank.com.au anz.com westpac.com.au xtra.co.nz spark.co.nz rbc.com td.com bell.ca rogers.com telus.net shaw.ca sympatico.ca videotron.ca
globo.com uol.com.br terra.com.br itau.com.br bradesco.com.br petrobras.com.br mercadolibre.com.ar clarin.com lanacion.com.ar bancolombia.com.co rappi.com.co une.net.co
comcast.net comcast.com verizon.net verizon.com att.net att.com cox.net cox.com charter.net spectrum.com centurylink.net frontier.com windstream.net earthlink.net
sbcglobal.net bellsouth.net optonline.net roadrunner.com juno.com netzero.net peoplepc.com aol.com aim.com ymail.com rocketmail.com mail.com email.com usa.com me.com
mac.com icloud.com msn.com live.com gmx.de gmx.net gmx.fr gmx.at gmx.ch web.de t-online.de freenet.de arcor.de posteo.de mailbox.org bluewin.ch hispeed.ch orange.fr
wanadoo.fr free.fr sfr.fr laposte.net neuf.fr libero.it virgilio.it alice.it tin.it tiscali.it hotmail.it hotmail.fr hotmail.de hotmail.es hotmail.co.uk hotmail.ch
yahoo.fr yahoo.de yahoo.it yahoo.es yahoo.co.uk yahoo.co.in yahoo.com.br yahoo.pt outlook.fr outlook.de outlook.es outlook.com.br btinternet.com ntlworld.com
virginmedia.com talktalk.net tiscali.co.uk plus.com sapo.pt telenet.be skynet.be ziggo.nl kpnmail.nl planet.nl home.nl xs4all.nl telia.com online.no mail.dk
proton.me protonmail.com tuta.com fastmail.com fastmail.fm hey.com zoho.com zohomail.com hushmail.com duck.com pobox.com gail.com hotmart.com ucloud.cn
mailing.com mails.org fmail.co.jp gmo.jp goo.ne.jp onmail.com skiff.com cloud.com cloudflare.net ilcloud.org.uk icl.com incloud.io fmx.de gmc.net web.fr
angel.co t.co vine.co google.com.co elastic.co hash.co startup.co lever.co notion.so bit.ly goo.gl youtu.be amzn.to fb.me ow.ly 1und1.de 9gag.com 7-eleven.com
3ds.com 23andme.com 4chan.org 500px.com 1password.com o2.de o2online.de o2.co.uk e-plus.de 1-2-3.tv x.com a.co q.com z.cn g.cn ab.de be.ch zh.ch bs.ch`.split(
    /\s+/
  )

export const goodDomains: readonly string[] = [...new Set([...firms, ...others])]
