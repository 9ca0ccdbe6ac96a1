//! Abbreviations that are written with a full stop, by what the stop can mean after them.
//!
//! The table holds what press text uses; an unknown abbreviation still costs nothing when a lower-case word, a comma or
//! a digit glued to it follows. To add one, put it where byte order wants it (a test tells) and add a case to `cases`.

/// What a full stop after an abbreviation can mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Abbreviation {
    /// Something always follows: a name (`Dr.`), the other side (`vs.`), an example (`e.g.`).
    Open,
    /// Belongs to a number or letter (`No. 5`, `Fig. B`); before anything else it is an ordinary word.
    Numbered,
    /// The end of a company's name (`Inc.`), which may also be the end of a sentence.
    Company,
    /// May end a sentence (`Jr.`, `U.S.`, `Calif.`, `Jan.`).
    Either,
    /// A time of the day (`a.m.`), after which a day or a time zone goes on with the sentence.
    Time,
    /// Ends a sentence whenever a capital letter follows (`etc.`).
    Final,
}

use Abbreviation::{Company, Either, Final, Numbered, Open, Time};

/// Abbreviations without their last stop, in byte order. Spelled as in running text; [`lookup`] folds capitals.
static TABLE: &[(&str, Abbreviation)] = &[
    ("Adm", Open),
    ("Ala", Either),
    ("Amb", Open),
    ("Apr", Either),
    ("Apt", Numbered),
    ("Ariz", Either),
    ("Ark", Either),
    ("Art", Numbered),
    ("Assn", Either),
    ("Asst", Open),
    ("Atty", Open),
    ("Aug", Either),
    ("Ave", Either),
    ("B.Com", Either),
    ("B.Eng", Either),
    ("B.Sc", Either),
    ("Bldg", Either),
    ("Blvd", Either),
    ("Brig", Open),
    ("Bros", Company),
    ("Calif", Either),
    ("Capt", Open),
    ("Cdr", Open),
    ("Ch", Numbered),
    ("Cie", Company),
    ("Cmdr", Open),
    ("Co", Company),
    ("Col", Open),
    ("Colo", Either),
    ("Conn", Either),
    ("Corp", Company),
    ("Cos", Company),
    ("Cpl", Open),
    ("Ct", Either),
    ("D.Phil", Either),
    ("Dec", Either),
    ("Del", Either),
    ("Dept", Open),
    ("Det", Open),
    ("Dir", Either),
    ("Dr", Open),
    ("Drs", Open),
    ("Ed.D", Either),
    ("Eng", Open),
    ("Ep", Numbered),
    ("Eq", Numbered),
    ("Esq", Either),
    ("Ex", Numbered),
    ("Feb", Either),
    ("Fig", Numbered),
    ("Figs", Numbered),
    ("Fla", Either),
    ("Fr", Open),
    ("Fri", Either),
    ("Ft", Open),
    ("Ga", Either),
    ("Gen", Open),
    ("Gov", Open),
    ("Hon", Open),
    ("Hwy", Numbered),
    ("Ill", Either),
    ("Inc", Company),
    ("Ind", Either),
    ("Ing", Open),
    ("Insp", Open),
    ("Int'l", Either),
    ("Intl", Either),
    ("Jan", Either),
    ("Jr", Either),
    ("Jul", Either),
    ("Jun", Either),
    ("Kan", Either),
    ("Ky", Either),
    ("LL.B", Either),
    ("LL.M", Either),
    ("La", Either),
    ("Lt", Open),
    ("Ltd", Company),
    ("M.Phil", Either),
    ("M.Sc", Either),
    ("Maj", Open),
    ("Mar", Either),
    ("Mass", Either),
    ("Md", Either),
    ("Messrs", Open),
    ("Mfg", Company),
    ("Mgr", Open),
    ("Mich", Either),
    ("Minn", Either),
    ("Miss", Either),
    ("Mlle", Open),
    ("Mme", Open),
    ("Mo", Either),
    ("Mon", Either),
    ("Mont", Either),
    ("Mr", Open),
    ("Mrs", Open),
    ("Ms", Open),
    ("Msgr", Open),
    ("Mt", Open),
    ("Mx", Open),
    ("Neb", Either),
    ("Nev", Either),
    ("No", Numbered),
    ("Nos", Numbered),
    ("Nov", Either),
    ("Nr", Numbered),
    ("Oct", Either),
    ("Okla", Either),
    ("Ont", Either),
    ("Ore", Either),
    ("Pa", Either),
    ("Pfc", Open),
    ("Ph.D", Either),
    ("Pharm.D", Either),
    ("Pres", Open),
    ("Prof", Open),
    ("Profs", Open),
    ("Psy.D", Either),
    ("Pt", Numbered),
    ("Pte", Company),
    ("Pty", Company),
    ("Pvt", Open),
    ("Que", Either),
    ("Rd", Either),
    ("Rep", Open),
    ("Reps", Open),
    ("Rev", Open),
    ("S.p.A", Company),
    ("Sec", Numbered),
    ("Sen", Open),
    ("Sens", Open),
    ("Sep", Either),
    ("Sept", Either),
    ("Sgt", Open),
    ("Sr", Either),
    ("St", Either),
    ("Ste", Either),
    ("Supt", Open),
    ("Tenn", Either),
    ("Tex", Either),
    ("Thu", Either),
    ("Thurs", Either),
    ("Tue", Either),
    ("Tues", Either),
    ("Univ", Either),
    ("Va", Either),
    ("Vt", Either),
    ("Wash", Either),
    ("Wed", Either),
    ("Wis", Either),
    ("Wyo", Either),
    ("a.m", Time),
    ("al", Either),
    ("approx", Open),
    ("art", Numbered),
    ("avg", Numbered),
    ("c.f", Open),
    ("ca", Open),
    ("cf", Open),
    ("ch", Numbered),
    ("cl", Numbered),
    ("dept", Either),
    ("e.g", Open),
    ("eg", Open),
    ("eq", Numbered),
    ("esp", Open),
    ("est", Numbered),
    ("etc", Final),
    ("ext", Numbered),
    ("fig", Numbered),
    ("figs", Numbered),
    ("i.e", Open),
    ("ie", Open),
    ("incl", Open),
    ("intl", Either),
    ("max", Numbered),
    ("min", Numbered),
    ("no", Numbered),
    ("nos", Numbered),
    ("nr", Numbered),
    ("op", Numbered),
    ("p.m", Time),
    ("para", Numbered),
    ("paras", Numbered),
    ("pg", Numbered),
    ("pgs", Numbered),
    ("pp", Numbered),
    ("pt", Numbered),
    ("resp", Open),
    ("sec", Numbered),
    ("tel", Numbered),
    ("viz", Open),
    ("vol", Numbered),
    ("vols", Numbered),
    ("vs", Open),
];

/// Longest entry of the table in bytes.
const LONGEST: usize = 7;

/// What `word`, spelled without its last stop, means before a full stop; `None` where it is no abbreviation.
pub(super) fn lookup(word: &str) -> Option<Abbreviation> {
    if !(2..=LONGEST).contains(&word.len()) {
        return None;
    }
    find(word).or_else(|| find_folded(word)).or_else(|| is_dotted(word).then_some(Either))
}

fn find(word: &str) -> Option<Abbreviation> {
    let at = TABLE.binary_search_by(|(entry, _)| (*entry).cmp(word)).ok()?;
    Some(TABLE[at].1)
}

/// Finds `INC` as `Inc`, and `APPROX` and `Approx` as `approx`. `sat` is never taken for `Sat`.
fn find_folded(word: &str) -> Option<Abbreviation> {
    let mut folded = [0; LONGEST];
    let folded = folded.get_mut(..word.len())?;
    folded.copy_from_slice(word.as_bytes());
    if !folded[0].is_ascii_uppercase() {
        return None;
    }
    if folded[1..].iter().all(|b| !b.is_ascii_lowercase()) {
        folded[1..].make_ascii_lowercase();
        if let Some(found) = std::str::from_utf8(folded).ok().and_then(find) {
            return Some(found);
        }
    }
    folded.make_ascii_lowercase();
    std::str::from_utf8(folded).ok().and_then(find)
}

/// Letters with stops between them: `U.S`, `S.p.A`, `B.Ed`.
fn is_dotted(word: &str) -> bool {
    let piece = |p: &str| (1..=2).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphabetic());
    word.contains('.') && word.split('.').all(piece)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_within_bounds() {
        assert!(TABLE.is_sorted_by(|a, b| a.0 < b.0));
        assert_eq!(TABLE.iter().map(|(entry, _)| entry.len()).max(), Some(LONGEST));
    }

    #[test]
    fn capitals_are_folded_one_way() {
        assert_eq!(lookup("INC"), Some(Company));
        assert_eq!(lookup("APPROX"), Some(Open));
        assert_eq!(lookup("Approx"), Some(Open));
        assert_eq!(lookup("A.M"), Some(Time));
        assert_eq!(lookup("mass"), None);
        assert_eq!(lookup("inc"), None);
        assert_eq!(lookup("firm"), None);
    }

    #[test]
    fn dotted_letters_are_abbreviations() {
        assert_eq!(lookup("U.S"), Some(Either));
        assert_eq!(lookup("S.p.A"), Some(Company));
        assert_eq!(lookup("foo.com"), None);
        assert_eq!(lookup(".a"), None);
    }
}
