//! Boundary cases: what the rules are for, one by one.
//!
//! `‖` stands where one sentence ends and the next begins, and `⟨…⟩` around markup that lies outside of sentences; the
//! text that is split has neither. White space next to `‖` belongs to no sentence. All firms, people and facts are
//! invented. A wrong split found in real text gets a case of its kind here, in words of our own.

use super::chars::is_space;
use super::{Headline, segment};

const CASES: &[(&str, &str)] = &[
    // Plain sentences.
    ("plain", "The plant opened in May. ‖It makes glass. ‖Nobody was hurt."),
    ("plain", "Will it last? ‖Nobody knows! ‖We shall see."),
    ("plain", "One sentence without an end"),
    ("plain", "Only one sentence."),
    ("plain", "He came.  ‖He saw.   ‖He left."),
    ("plain", "Tabs count too.\t‖So do they.\u{A0}‖And this.\u{2003}‖Done."),
    ("plain", "The rest is silence. ‖Ça suffit. ‖Élan is all."),
    ("plain", "Pay rose by 4%. ‖Rents fell."),
    ("plain", "The deal is worth $1.2 billion. ‖Next comes the vote."),
    ("plain", "It has 30 shops in Vietnam. ‖Éclair House has two."),
    // Lines and blocks.
    ("lines", "Harbour to reopen\n‖The harbour will reopen in June.\n‖Ships may enter at noon."),
    ("lines", "First paragraph.\n\n‖Second paragraph."),
    ("lines", "First.\r\n‖Second.\r‖Third.\u{2028}‖Fourth.\u{2029}‖Fifth.\u{85}‖Sixth."),
    ("lines", "A heading\n‖A second heading\n‖A third"),
    ("lines", "\u{FEFF}A mark at the start.\n \t\u{A0}\n‖Then a blank line."),
    ("lines", "Name: Ann Lee\n‖Phone: 0100 555\n‖Mail: a.lee@example.org"),
    // Hard wraps.
    (
        "wrap",
        "Talks between the dockers and the port of Varn broke down on Friday\nafter nine hours, a spokesman said. ‖The \
         port, which handles most of the\ncountry's timber, has been shut since Tuesday.",
    ),
    (
        "wrap",
        "The minister had promised to resign if the bridge was not built by\nspring, and told the press that his deputy \
         Mr. Tan, or failing him Mr.\nOrr, would take over. ‖No date was set, and the party, which has ruled\nsince May, \
         would not give one.",
    ),
    ("codes", "The trial (registration no. VB311-202) ran for a year. ‖It is over."),
    // Markup signs.
    ("bullets", "⟨• ⟩Low price\n‖⟨• ⟩High speed\n‖⟨• ⟩No fees"),
    ("bullets", "⟨- ⟩Low price.\n‖⟨* ⟩High speed.\n‖⟨+ ⟩No fees.\n‖⟨– ⟩No limits."),
    ("bullets", "The firm offers: ‖⟨• ⟩loans ‖⟨• ⟩cards ‖⟨• ⟩advice"),
    ("bullets", "⟨✓ ⟩Fast setup ‖⟨✓ ⟩Free trial"),
    ("bullets", "It has three parts. ‖⟨- ⟩The first is short. ‖⟨- ⟩The second is long."),
    ("bullets", "A price-performance ratio - the best so far - was shown. ‖It won."),
    ("numbers", "⟨1. ⟩Open the lid.\n‖⟨2. ⟩Pour the water.\n‖⟨10. ⟩Close it."),
    ("numbers", "⟨(a) ⟩the buyer pays;\n‖⟨(b) ⟩the seller delivers;\n‖⟨iii) ⟩both sign."),
    ("numbers", "⟨1) ⟩Rinse. ‖⟨2) ⟩Dry. ‖⟨3) ⟩Fold."),
    ("numbers", "The steps are: ‖⟨1. ⟩Wash it well ‖⟨2. ⟩Dry it ‖⟨3. ⟩Fold it."),
    ("numbers", "⟨1. ⟩Sell the ferry ‖⟨2. ⟩Keep the crane ‖⟨3. ⟩Pay the loan"),
    ("numbers", "The plan: ‖⟨1. ⟩Grow. ‖We will hire. ‖⟨2. ⟩Save. ‖We will cut."),
    ("numbers", "It finished at number 2. ‖The winner was from Oslo."),
    ("numbers", "The aims are (1) to sell the ferry, (2) to keep the crane and (3) to pay the loan."),
    ("numbers", "It began in 2019. ‖2020 was worse."),
    ("numbers", "3.1 Scope of the audit\n‖3.2. Limits of the audit"),
    ("numbers", "Call (519) 555 0100 today. ‖(30) 555 0100 is the fax."),
    ("quote signs", "⟨> ⟩He wrote this.\n‖⟨>> ⟩She wrote that.\n‖⟨>⟩They agreed."),
    ("quote signs", ">50% of voters agreed. ‖The rest did not."),
    ("headings", "⟨# ⟩Results\n‖⟨### ⟩Third quarter\n‖Sales rose."),
    ("headings", "#harbour was the word of the day. ‖It was everywhere."),
    ("tables", "⟨| ⟩Year | Sales⟨ |\n|------|-------|\n⟩‖⟨| ⟩2021 | 4.5⟨ |⟩"),
    ("rules", "It ended.⟨\n-----\n⟩‖It began.⟨\n* * *\n⟩‖It went on.⟨\n###⟩"),
    ("rules", "It ended. ‖⟨--- ⟩It began."),
    ("flat", "The shop is open.  ‖About Lumen Tools  ‖Lumen Tools sells lamps. ‖It has two shops."),
    ("flat", "Order by mail.  ‖Why Choose Us  ‖Prices are low."),
    (
        "flat",
        "It is open.  ‖Write to a.lee@example.org  ‖Lumen Tools sells lamps, see www.example.org  ‖It has two shops.",
    ),
    ("flat", "He signed the  Treaty of Varn. ‖She did not."),
    // Titles.
    ("title", "Mr. Tan met Mrs. Lee and Dr. Roy. ‖Ms. Orr was away."),
    ("title", "Prof. Ada Quill spoke. ‖Rev. Moss prayed. ‖Hon. Judge Pell ruled."),
    ("title", "Gen. Hart, Lt. Col. Vane and Sgt. Pike were there. ‖Capt. Roe was not."),
    ("title", "Sen. Mills, Rep. Cho and Gov. Dean signed it. ‖Pres. Olu did not."),
    ("title", "It was bought by Messrs. Pike and Roe. ‖They paid cash."),
    ("title", "He lives near St. Agnes. ‖Mt. Orrin is close, Ft. Dell is not."),
    ("title", "\"We met Dr. Roy,\" said Mr. Tan. ‖\"He was kind.\""),
    ("title", "THE COURT HEARD MR. TAN. ‖THE JUDGE WAS NOT MOVED."),
    ("title", "The drug helps people with MS. ‖Approval is near."),
    ("title", "Mr Tan met Mrs Lee. ‖Dr Roy was ill."),
    // Companies.
    ("company", "Borealis Inc. said it would buy Lumen Corp. and sell Varn Ltd. soon."),
    ("company", "The buyer is Borealis Inc. ‖The seller is Lumen Corp. ‖It is a big deal."),
    ("company", "Borealis Inc. (NASDAQ: BRLS) rose. ‖Lumen Corp. (NYSE: LMN) fell."),
    ("company", "Borealis Holdings, Inc. (“Borealis” or the “Company”) makes cement. ‖It is old."),
    ("company", "Borealis Inc. Chairman Ann Lee resigned. ‖She is 70."),
    ("company", "Borealis Inc. Announces Results"),
    ("company", "The order came from Lumen Corp. ‖Shares rose at once."),
    ("company", "He runs Pike & Co. ‖Mr. Pike has two sons."),
    ("company", "She left Varn Bros. ‖Sales were weak."),
    ("company", "He works at Lumen Corp. ‖Lamps are what it makes, he says."),
    ("company", "Dayton Pte. Ltd. and Orrin Pty. Ltd. merged."),
    ("company", "Varn Ltd., a maker of rope, closed. ‖Ropes Inc., its rival, did not."),
    ("company", "A unit of Lumen S.p.A. in Turin. ‖It has 40 staff."),
    ("company", "It was sold to Acorn LLC. ‖Former owners got little."),
    ("company", "“It helps us,” said Jo Roe of Lumen Co. ‖“Behind each lamp is a team.”"),
    ("company", "LUMEN CORP. ANNOUNCES A NEW LAMP"),
    // Other abbreviations.
    ("abbreviation", "The match is Oslo vs. Bergen. ‖It starts at noon."),
    ("abbreviation", "It costs approx. 40 euros. ‖Shipping is extra."),
    ("abbreviation", "Bring food, e.g. Bread or Cheese. ‖Bring water, i.e. Still Water."),
    ("abbreviation", "They sell nuts, bolts, etc. ‖Prices are low."),
    ("abbreviation", "They sell nuts, bolts, etc. in bulk."),
    ("abbreviation", "It is No. 5 on the list. ‖Its rival is No. 1."),
    ("abbreviation", "Did he agree? ‖No. ‖He left."),
    ("abbreviation", "See Fig. 2 and Figs. 3-5. ‖Art. 3 applies, as does Sec. 4."),
    ("abbreviation", "See Fig. B on pp. 12 and p. 14 of vol. 3. ‖Then see ch. 9."),
    ("abbreviation", "They showed Varn (Ep. 4, on cable) and talked."),
    ("abbreviation", "He loves art. ‖Museums bore him."),
    ("abbreviation", "Call tel. 0100 555 ext. 12. ‖Ask for Jo."),
    ("abbreviation", "Moss et al. (2019) found it. ‖So did Roy et al. 2020."),
    ("abbreviation", "The survey, cf. Roy, was small. ‖It was cheap."),
    ("abbreviation", "Sammy Roe Jr. plays bass. ‖Tom Roe Sr. sang."),
    ("abbreviation", "The band was led by Sammy Roe Jr. ‖He wrote the songs."),
    ("abbreviation", "Ann Lee, Ph.D. and M.D., joined. ‖Bo Orr holds a Ph.D. ‖He teaches."),
    ("abbreviation", "Jane Moss, Esq. represents them."),
    ("abbreviation", "Turn at Elm St. and go to Oak Ave. ‖The shop is there."),
    ("abbreviation", "He moved from Tampa, Fla. to Macon, Ga. ‖He liked it."),
    ("abbreviation", "The Dept. of Works and the Univ. of Varn agreed."),
    // Countries and other dotted names.
    ("dotted", "The U.S. Navy and the U.K. Treasury agreed. ‖U.N. Secretary Orr was glad."),
    ("dotted", "It sells in the U.S. ‖The rest goes abroad."),
    ("dotted", "It sells in the U.S. and the U.K. ‖However, most goes to Asia."),
    ("dotted", "The U.S.-based firm and the U.S.A team met. ‖They talked."),
    ("dotted", "They met in Washington, D.C. ‖It rained."),
    ("dotted", "He is from Washington, D.C. Mayor Roe knows him."),
    ("dotted", "The U.S. (and Canada) signed. ‖Others did not."),
    ("dotted", "“They sell it in the U.S.” ‖The crowd laughed."),
    ("dotted", "The E.U. 2030 plan is late."),
    // Times and dates.
    ("time", "It starts at 10.30 a.m. Monday. ‖It ends at 5 p.m. Friday."),
    ("time", "The call is at 9 a.m. ET on May 3. ‖The replay is at 8 p.m. Eastern."),
    ("time", "The call is at 10:00 a.m. Korea time. ‖It ends at 11 p.m. Lima Time, they say."),
    ("time", "Doors open at 7 p.m. ‖Tickets cost $5."),
    ("time", "It ran from 9 a.m. to 6 p.m. and was full."),
    ("time", "The call is at 4:30 p.m. (ET) today."),
    ("date", "It opened on Jan. 5 and closed on Dec. 24, 2021. ‖It was cold."),
    ("date", "It opened in Jan. ‖The first guest was Jo."),
    ("date", "On Sept. 9 the ship left. ‖By Oct. 1 it was back."),
    ("date", "It opens on 5 May. ‖Guests are welcome."),
    ("date", "They met on Sat. ‖The game was on Sun. evening."),
    ("dateline", "VARN, March 3 (Agency) -- The firm said it would close. ‖It is old."),
    ("dateline", "ST. AGNES, Jan. 9, 2024 /Wire/ -- Lumen Corp. (LMN) opened a shop. ‖It is small."),
    ("dateline", "OSLO, Fla. – The town has no port. ‖It wants one."),
    ("dateline", "DELL, NV, (Wire) - Orrin Inc. - a maker of rope - closed."),
    // Initials.
    ("initials", "J. K. Rowan wrote it. ‖J.R.R. Tolk read it."),
    ("initials", "The bank J.P. Moran and George W. Bosch met. ‖Both signed."),
    ("initials", "A. Lee and B. Roe sang. ‖C. Orr danced."),
    ("initials", "He takes vitamin C. ‖It helps, he says."),
    ("initials", "They went for plan B. ‖The first had failed."),
    ("initials", "It is led by Mr. X. ‖“We agree,” he said."),
    ("initials", "It was J. “Jack” Roe who won."),
    ("initials", "The witness was called Mr. K. by the court."),
    ("initials", "They spent it on R&D. ‖Nothing came of it."),
    ("initials", "It wasn't theirs and it isn't. ‖Simple as that."),
    ("initials", "Her deputy is Samuel L. Orr. ‖Orr is new."),
    ("initials", "The award went to C. Arthur Wills."),
    // Numbers and versions.
    ("decimal", "It rose 3.5 points to 7.25. ‖Then it fell 0.5."),
    ("decimal", "Version v2.0.1 is out. ‖Version 3.0 will follow."),
    ("decimal", "It cost €1.200,50 or £1,200.50. ‖That is much."),
    ("decimal", "He won 6-4 7-6 6-2. ‖She lost."),
    ("decimal", "It beat Web 2.0. ‖Web3 is next."),
    ("decimal", "It hires 20 people. ‖300 applied."),
    ("decimal", "Sales were $5. ‖$4 was the forecast."),
    ("decimal", "It was built in 1990.‖The roof is new."),
    ("decimal", "The .45 calibre is banned. ‖So is the .22 rifle."),
    // Ellipses.
    ("ellipsis", "It was late... and dark. ‖Nobody came."),
    ("ellipsis", "It was late... ‖Nobody came."),
    ("ellipsis", "It was late… ‖Nobody came… not even Jo."),
    ("ellipsis", "It was late . . . and dark. ‖It was late . . . ‖Nobody came."),
    ("ellipsis", "It was late.... ‖Nobody came."),
    ("ellipsis", "The text [...] Goes on. ‖It says (...) nothing."),
    ("ellipsis", "“...and then it stopped.” ‖Nobody moved."),
    ("ellipsis", "Wait...what is that? ‖Well...I see."),
    // Quotation marks.
    ("quotes", "\"We won,\" he said. ‖\"We are glad.\" ‖They left."),
    ("quotes", "\"Yes.\" ‖\"No.\" ‖\"Why not?\""),
    ("quotes", "“Yes.” ‖“No.” ‖‘Maybe.’ ‖«Oui.» ‖‹Non.›"),
    ("quotes", "\"Is it so?\" he asked. ‖\"It is!\" she cried."),
    ("quotes", "“Is it so?” Ms. Orr asked. ‖“It is!” Bo Roe said."),
    ("quotes", "“Is it so?” Mayor Ann Lee asked in June."),
    ("quotes", "“Is it so?” ‖Ms. Orr said: “It is.”"),
    ("quotes", "“Is it so?” ‖Ms. Orr said she did not know."),
    ("quotes", "He said: “It is late. ‖We go.” ‖She stayed."),
    ("quotes", "He called it “a mess”. ‖She did not."),
    ("quotes", "He called it \"a mess.\" ‖She did not."),
    ("quotes", "He called it “a mess.”‖She did not."),
    ("quotes", "He called it \"a mess.\"‖She did not."),
    ("quotes", "He left.‖“Good,” she said."),
    ("quotes", "He left.‖\"Good,\" she said."),
    ("quotes", "„Das ist gut.“ ‖„Nein.“ ‖»Doch.« ‖So ist es."),
    ("quotes", "''It is ours.'' ‖''It is not.''"),
    ("quotes", "The sign said 'Go.' ‖'Stop' was crossed out."),
    ("quotes", "He wrote \"Who Am I?\" in a week."),
    ("quotes", "It came in ’99. ‖’Twas a bad year."),
    ("quotes", "The cost is fair. “"),
    ("quotes", "“The cost is fair. ‖” The buyer left."),
    ("quotes", "(He said “no.”) ‖She said yes."),
    ("quotes", "The film “Run!” is out. ‖“Run Again!” ‖Critics hate both."),
    // Brackets and notes.
    ("brackets", "It closed (in May). ‖It reopened (in June)."),
    ("brackets", "It closed. ‖(It had been losing money.) ‖Nobody cared."),
    ("brackets", "It closed (it had no choice!) in May."),
    ("brackets", "Orrin (formerly Lumen Inc.) Chief Bo Roe left."),
    ("brackets", "It closed. ‖[The editor adds: it did not.] ‖Who knows?"),
    ("brackets", "It has grown.[12] ‖Others shrank.[3][4] ‖Some died.² ‖All is well."),
    ("brackets", "The firm (what else?) Denies it."),
    // Exclamation and question marks.
    ("shout", "What?! ‖No way!! ‖Really??? ‖Yes."),
    ("shout", "Stop! ‖It is red. ‖Go!"),
    ("shout", "Yahoo! Japan grew. ‖Yahoo! said so."),
    ("shout", "He watched Jeopardy! and slept. ‖She watched Jeopardy! ‖It was good."),
    ("shout", "Is it ours ? ‖No, it is not !"),
    ("shout", "How big? how old? ‖Who knows."),
    ("shout", "He said (!) it was his. ‖It (?) was not."),
    ("shout", "It works!‖The price is low."),
    // Web.
    ("web", "Visit www.example.org. ‖It is free. ‖Write to a.lee@example.org. ‖We answer."),
    ("web", "See https://example.org/a.b?c=1.2&d=E.F! ‖It is short."),
    ("web", "Booking.example and Kettle.com grew. ‖Node.js and ASP.NET did too. ‖So did .NET."),
    ("web", "It trades on Kettle.com. ‖Tickets are out."),
    ("web", "Open setup.exe or README.md first. ‖Then read notes.Txt and go."),
    ("web", "Mail John.Smith@example.org or see www.Kettle.com. ‖We reply."),
    ("web", "Follow @kettle and #tea. ‖@kettle replies. ‖#tea is hot."),
    ("web", "Read more. ‖www.example.org has it. ‖https://example.org/x too."),
    ("web", "Contact us. ‖press@example.org is open all day."),
    // No space after the stop.
    ("glued", "The play has ended.‖The next begins."),
    ("glued", "They won it.‖A cheer went up.‖I saw it."),
    ("glued", "Did it end?‖Nobody knew."),
    ("glued", "It ended (at last).‖The next began."),
    ("glued", "It grew 5%.‖The rest shrank."),
    ("glued", "It was sold to Lumen Inc.‖Ann Lee runs it."),
    ("glued", "It grew to $500+.‖As prices rose, so did costs."),
    ("glued", "It solved the issues.‖CEO Roe was glad of Lumen.AI and ASP.NET too."),
    ("glued", "They met in Varn, D.C.‖https://example.org has it."),
    ("glued", "Mr.Tan and Dr.Roy met the U.S.A team in St.Agnes."),
    ("glued", "It is on Kettle.com.‖The rest is not."),
    ("glued", "See Lumen.Ai, Kettle.Com and Varn.Co.Uk now."),
    ("glued", "The class java.util.List is old. ‖So is System.out."),
    // Lower-case starts and other scripts.
    ("lower", "It is new. ‖iPhone sales rose. ‖eBay is next."),
    ("lower", "It is new. still, nobody buys it."),
    ("lower", "The approx. size of the Co. is known."),
    ("scripts", "今日は晴れです。‖明日は雨でしょう！‖本当？‖はい。"),
    ("scripts", "他说：“好。”‖她走了。"),
    ("scripts", "यह अच्छा है। ‖वह गया। ‖क्या वह आएगा?"),
    ("scripts", "هل هذا صحيح؟ ‖نعم هو كذلك. ‖ثم ذهب."),
    ("scripts", "Это дом. ‖Он стар. ‖Москва рядом."),
    ("scripts", "¿Es así? ‖¡No lo es! ‖¿Y qué?"),
    // Dashes, colons, semicolons and others.
    ("dash", "It is small - but it works. ‖It is old – yet fast — and cheap."),
    ("dash", "“It works.” ‖⟨– ⟩Ann Lee, Lumen"),
    ("colon", "There is one rule: Be kind. ‖There are two: Be kind; Be brave."),
    ("colon", "Note: The shop is shut. ‖Why: it rains."),
    ("emoji", "We won! ‖🎉 Thank you all. 😀"),
    ("capitals", "THE PORT IS SHUT. ‖THE U.S. NAVY KNOWS. ‖WHO ELSE?"),
    ("mark", "Lumen Lite™. ‖A lamp.® ‖Buy it."),
];

/// The text of a case, and its sentences.
fn parse(case: &str) -> (String, Vec<String>) {
    let text = case.replace(['‖', '⟨', '⟩'], "");
    let mut outside = false;
    let mut inside = String::new();
    for c in case.chars() {
        match c {
            '⟨' => outside = true,
            '⟩' => outside = false,
            _ if !outside => inside.push(c),
            _ => {}
        }
    }
    let trimmed = |s: &str| s.trim_matches(is_space).to_owned();
    (text, inside.split('‖').map(trimmed).collect())
}

#[test]
fn sentences_end_where_the_cases_say() {
    let mut wrong = Vec::new();
    for (kind, case) in CASES {
        let (text, wanted) = parse(case);
        let sentences = segment(&text, Headline::Elsewhere);
        let found: Vec<&str> = sentences.iter().map(|s| &text[s.span.range()]).collect();
        if found != wanted {
            wrong.push(format!("{kind}: {}\n      not {}", found.join(" ‖ "), wanted.join(" ‖ ")));
        }
    }
    assert!(wrong.is_empty(), "{} of {} cases:\n{}", wrong.len(), CASES.len(), wrong.join("\n"));
}

#[test]
fn there_are_enough_cases_and_none_twice() {
    let mut cases: Vec<&str> = CASES.iter().map(|(_, case)| *case).collect();
    cases.sort_unstable();
    cases.dedup();
    assert_eq!(cases.len(), CASES.len());
    assert!(cases.len() >= 170, "{}", cases.len());
}
