//! From files to rules: everything that can be wrong with a rule file is said here, at once,
//! each with its place.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde_saphyr::Spanned;

use super::case::Case;
use super::expr::{ExprError, Program, Template, Type};
use super::file::RuleFile;
use super::meta::Pillar;
use super::source::{Source, proven, read_all};
use super::{Expressions, Rule, RuleOption, Subject, place};
use crate::change::mend::Mend;
use crate::inventory::Kind;
use crate::located::{Located, from_yaml, nearest};
use crate::report::{Fix, RuleReference};
use crate::vocabulary::{Vocabulary, vocabulary};

/// Rules that do not contradict each other: ids and names are unique.
#[derive(Debug, Clone, Default)]
pub struct RuleSet {
    /// Sorted by id.
    rules: Vec<Rule>,
}

impl RuleSet {
    /// The rules that come with the tool.
    pub fn builtin() -> Result<Self, Vec<Located>> {
        Self::from_sources(proven())
    }

    /// The rules that come with the tool and those in the folders.
    pub fn with_folders(folders: &[PathBuf]) -> Result<Self, Vec<Located>> {
        let own = read_all(folders)?;
        let whole = own.iter().map(|(path, text)| Source::whole(path, text));
        Self::from_sources(proven().chain(whole))
    }

    /// The rules in the folders alone.
    pub fn folders(folders: &[PathBuf]) -> Result<Self, Vec<Located>> {
        let own = read_all(folders)?;
        Self::from_sources(own.iter().map(|(path, text)| Source::whole(path, text)))
    }

    /// All errors of all files, not only the first.
    pub fn from_texts<'a>(
        texts: impl IntoIterator<Item = (&'a Path, &'a str)>,
    ) -> Result<Self, Vec<Located>> {
        Self::from_sources(
            texts
                .into_iter()
                .map(|(path, text)| Source::whole(path, text)),
        )
    }

    fn from_sources<'a>(sources: impl Iterator<Item = Source<'a>>) -> Result<Self, Vec<Located>> {
        let (mut rules, mut errors) = (Vec::new(), Vec::new());
        let sources: Vec<Source> = sources.collect();
        let each = sources.par_iter().map(load);
        for loaded in each.collect::<Vec<_>>() {
            match loaded {
                Ok(rule) => rules.push(rule),
                Err(found) => errors.extend(found),
            }
        }
        rules.sort_by(|a: &Rule, b: &Rule| a.id.cmp(&b.id));
        errors.extend(repeated(&rules, "id", |rule| &rule.id));
        errors.extend(repeated(&rules, "name", |rule| &rule.name));
        errors.sort();
        if errors.is_empty() {
            Ok(Self { rules })
        } else {
            Err(errors)
        }
    }

    /// Sorted by id.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rule with that id (in any case) or name.
    pub fn find(&self, word: &str) -> Option<&Rule> {
        self.rules
            .iter()
            .find(|rule| rule.id.eq_ignore_ascii_case(word) || rule.name == word)
    }

    /// As [`Self::find`], to change it.
    pub fn find_mut(&mut self, word: &str) -> Option<&mut Rule> {
        self.rules
            .iter_mut()
            .find(|rule| rule.id.eq_ignore_ascii_case(word) || rule.name == word)
    }

    /// Leaves out the rules with these ids.
    pub fn remove(&mut self, ids: &[String]) {
        self.rules.retain(|rule| !ids.contains(&rule.id));
    }

    /// The id or name most like the word.
    pub fn nearest(&self, word: &str) -> Option<&str> {
        let upper = word.to_ascii_uppercase();
        let names = self.rules.iter().map(|rule| rule.name.as_str());
        nearest(word, names).or_else(|| nearest(&upper, self.rules.iter().map(|r| r.id.as_str())))
    }
}

fn repeated<'a>(
    rules: &'a [Rule],
    what: &str,
    word: impl Fn(&'a Rule) -> &'a String,
) -> Vec<Located> {
    let mut seen = BTreeMap::<&str, &Path>::new();
    let mut errors = Vec::new();
    for rule in rules {
        if let Some(first) = seen.insert(word(rule), &rule.path) {
            let problem = format!("{what} `{}` is taken by {}", word(rule), first.display());
            errors.push(Located::file(&rule.path, problem));
        }
    }
    errors
}

/// Loads one rule file.
fn load(source: &Source) -> Result<Rule, Vec<Located>> {
    let (path, text) = (source.path, source.text);
    let file: RuleFile = from_yaml(path, source.looked_at).map_err(|error| vec![error])?;
    let mut errors = names(path, &file);
    let options = options(path, &file, &mut errors);
    let (subject, expressions) = match subject(path, &file.subject) {
        Ok(subject) => {
            let mut compiler = Compiler {
                vocabulary: vocabulary(),
                subject,
                options: &options,
                path,
                text,
                errors: Vec::new(),
            };
            let expressions = compiler.expressions(&file);
            errors.append(&mut compiler.errors);
            (Some(subject), expressions)
        }
        Err(error) => {
            errors.push(error);
            (None, None)
        }
    };
    let mend = mend(path, file.mend.as_ref(), subject, &mut errors);
    // only for what is wrong with them: whoever judges needs none
    cases(path, &file, subject, &options, &mut errors);
    let pillar = Pillar::of(&file.id.value);
    let (Some(subject), Some(expressions), Some(pillar), true) =
        (subject, expressions, pillar, errors.is_empty())
    else {
        return Err(errors);
    };
    let paired = |program: &Program| vocabulary().rests_on_pairing(program);
    let rests_on_pairing =
        paired(&expressions.fail) || expressions.when.as_ref().is_some_and(paired);
    Ok(Rule {
        id: file.id.value,
        name: file.name.value,
        title: file.title,
        severity: file.severity,
        applies: file.posture,
        evidence: file.evidence,
        pillar,
        subject,
        why: file.why.trim().to_owned(),
        fix: Fix {
            text: file.fix.text.trim().to_owned(),
            terraform: example(file.fix.terraform),
            cloudformation: example(file.fix.cloudformation),
            cli: example(file.fix.cli),
        },
        mend,
        references: file
            .references
            .into_iter()
            .map(|reference| RuleReference {
                title: reference.title,
                url: reference.url,
            })
            .collect(),
        frameworks: file.frameworks,
        rests_on_pairing,
        options,
        expressions,
        path: path.to_owned(),
        text: text.to_owned(),
    })
}

impl Rule {
    /// The cases that its file carries.
    pub fn cases(&self) -> Result<Vec<Case>, Vec<Located>> {
        let file: RuleFile = from_yaml(&self.path, &self.text).map_err(|error| vec![error])?;
        let mut errors = Vec::new();
        let options = options(&self.path, &file, &mut errors);
        let subject = Some(self.subject);
        let cases = cases(&self.path, &file, subject, &options, &mut errors);
        if errors.is_empty() {
            Ok(cases)
        } else {
            Err(errors)
        }
    }
}

/// Its cases, as far as they make sense.
fn cases(
    path: &Path,
    file: &RuleFile,
    subject: Option<Subject>,
    options: &[RuleOption],
    errors: &mut Vec<Located>,
) -> Vec<Case> {
    let mut cases = Vec::new();
    for case in &file.cases {
        match Case::new(&case.value, subject, options) {
            Ok(case) => cases.push(case),
            Err(problem) => errors.push(Located::at(path, case.referenced, problem)),
        }
    }
    cases
}

/// Its options, as far as they make sense.
fn options(path: &Path, file: &RuleFile, errors: &mut Vec<Located>) -> Vec<RuleOption> {
    let mut options = Vec::new();
    for (name, option) in &file.options {
        match RuleOption::new(name, option) {
            Ok(option) => options.push(option),
            Err(problem) => errors.push(Located::file(path, problem)),
        }
    }
    options
}

/// The mend that it names, as far as that makes sense.
fn mend(
    path: &Path,
    word: Option<&Spanned<String>>,
    subject: Option<Subject>,
    errors: &mut Vec<Located>,
) -> Option<&'static Mend> {
    let word = word?;
    let name = word.value.as_str();
    let Some(mend) = Mend::find(name) else {
        let error = Located::at(path, word.referenced, format!("no mend is called `{name}`"));
        errors.push(match Mend::nearest(name) {
            Some(near) => error.help(format!("did you mean `{near}`?")),
            None => error.help("src/change/mend/mod.rs lists the mends"),
        });
        return None;
    };
    if subject.is_some_and(|it| !mend.fits(it)) {
        let problem = format!("mend `{name}` is not for what the rule judges");
        errors.push(Located::at(path, word.referenced, problem));
    }
    Some(mend)
}

/// Ids and names have a shape.
fn names(path: &Path, file: &RuleFile) -> Vec<Located> {
    let mut errors = Vec::new();
    let id = &file.id;
    let parts: Vec<&str> = id.value.split('-').collect();
    let shaped = match parts.as_slice() {
        [.., number] => parts.len() >= 3 && number.len() == 3 && number.bytes().all(digit),
        [] => false,
    };
    if !shaped {
        let problem = format!("id `{}` is not of the form PILLAR-SUBJECT-NNN", id.value);
        errors.push(Located::at(path, id.referenced, problem));
    } else if Pillar::of(&id.value).is_none() {
        let codes: Vec<&str> = Pillar::ALL.iter().map(|pillar| pillar.code).collect();
        let problem = format!("id `{}` begins with no pillar", id.value);
        let error = Located::at(path, id.referenced, problem);
        errors.push(error.help(format!("pillars are {}", codes.join(", "))));
    }
    let name = &file.name;
    let kebab = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if name.value.is_empty() || !name.value.bytes().all(kebab) {
        let problem = format!("name `{}` is not in kebab case", name.value);
        errors.push(Located::at(path, name.referenced, problem));
    }
    errors
}

fn digit(byte: u8) -> bool {
    byte.is_ascii_digit()
}

fn subject(path: &Path, word: &Spanned<String>) -> Result<Subject, Located> {
    match word.value.as_str() {
        "store" => Ok(Subject::Store),
        "workload" => Ok(Subject::Workload),
        "account" => Ok(Subject::Account),
        kind => Kind::parse(kind).map(Subject::Resource).ok_or_else(|| {
            let names = Kind::ALL
                .iter()
                .map(|kind| kind.name())
                .chain(["store", "workload", "account"]);
            let problem =
                format!("`{kind}` is neither a kind nor `store`, `workload` or `account`");
            let error = Located::at(path, word.referenced, problem);
            match nearest(kind, names) {
                Some(near) => error.help(format!("did you mean `{near}`?")),
                None => error.help("`mrlint kinds` lists the kinds"),
            }
        }),
    }
}

struct Compiler<'a> {
    vocabulary: &'a Vocabulary,
    subject: Subject,
    options: &'a [RuleOption],
    path: &'a Path,
    text: &'a str,
    errors: Vec<Located>,
}

impl Compiler<'_> {
    fn expressions(&mut self, file: &RuleFile) -> Option<Expressions> {
        let per = self.maybe(file.per.as_ref(), Self::resources);
        let when = self.maybe(file.when.as_ref(), Self::condition);
        let related = self.maybe(file.related.as_ref(), Self::resources);
        let fail = self.condition(&file.fail);
        let scope = self.vocabulary.scope(self.subject, self.options);
        let message = self.note(
            &file.message,
            Template::compile(&file.message.value, &scope),
        );
        Some(Expressions {
            per: per?,
            when: when?,
            fail: fail?,
            message: message?,
            related: related?,
        })
    }

    /// `None` when it is wrong; `Some(None)` when it is not there.
    #[expect(clippy::option_option, reason = "absent and wrong differ")]
    fn maybe(
        &mut self,
        source: Option<&Spanned<String>>,
        compile: impl Fn(&mut Self, &Spanned<String>) -> Option<Program>,
    ) -> Option<Option<Program>> {
        match source {
            None => Some(None),
            Some(source) => compile(self, source).map(Some),
        }
    }

    fn condition(&mut self, source: &Spanned<String>) -> Option<Program> {
        let scope = self.vocabulary.scope(self.subject, self.options);
        self.note(source, Program::condition(&source.value, &scope))
    }

    /// A list of resources.
    fn resources(&mut self, source: &Spanned<String>) -> Option<Program> {
        let scope = self.vocabulary.scope(self.subject, self.options);
        let compiled =
            Program::compile(&source.value, &scope).and_then(|program| match program.result() {
                Type::List(item) if matches!(item.non_null(), Type::Object(_)) => Ok(program),
                other => {
                    let found = scope.schema.display(other).to_string();
                    Err(ExprError {
                        span: 0..source.value.len(),
                        message: format!("a list of resources is needed here, this is {found}"),
                        help: None,
                    })
                }
            });
        self.note(source, compiled)
    }

    fn note<T>(&mut self, source: &Spanned<String>, compiled: Result<T, ExprError>) -> Option<T> {
        match compiled {
            Ok(compiled) => Some(compiled),
            Err(error) => {
                let error = place::located(self.path, self.text, source, &error);
                self.errors.push(error);
                None
            }
        }
    }
}

fn example(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim_end().to_owned())
}
