//! `echostr check`: runs the suite, and has it reported.

use std::{fs::File, io, path::PathBuf};

use clap::Args;
use serde_json::json;

use crate::{
    commands::{common::Common, session::Session},
    platform::account::Account,
    report::{
        github::Github, json::Json, junit::Junit, lines::Lines, output::Output, reporter::Reporter,
        terminal::Terminal,
    },
    suite::{
        cases::{self, builder::Builder, case::Case},
        run::{event::Event, runner::Runner, selection::Selection, server::Server},
    },
    words::{
        exit::{Exit, Failure},
        lang::{Lang, say},
    },
};

/// Stands for standard output.
const STANDARD: &str = "-";

#[derive(Args, Debug)]
pub(crate) struct Check {
    /// The URL of the callback
    #[arg(required_unless_present = "list")]
    url: Option<String>,
    /// Only these cases or groups; `post-*` is every case that begins so
    #[arg(long, value_name = "CASE", value_delimiter = ',')]
    only: Vec<String>,
    /// Not these cases or groups
    #[arg(long, value_name = "CASE", value_delimiter = ',')]
    skip: Vec<String>,
    /// Lets these cases or groups fail; `undecided` is every case of which nothing can be told
    #[arg(long, value_name = "CASE", value_delimiter = ',')]
    allow: Vec<String>,
    /// Shows the cases, and sends nothing
    #[arg(long)]
    list: bool,
    /// What the text messages say: a word that the bot replies to
    #[arg(long, value_name = "WORD")]
    text: Option<String>,
    /// Writes a report too: `junit=FILE`, `json=FILE`, or `github` for annotations; FILE `-` is standard output, where nothing else is shown then
    #[arg(long, value_name = "REPORT", value_parser = kind_of_report)]
    report: Vec<Report>,
}

/// A report beside what is shown.
#[derive(Clone, Debug)]
enum Report {
    Junit(PathBuf),
    Json(PathBuf),
    Github,
}

impl Report {
    fn is_on_standard_output(&self) -> bool {
        matches!(self, Self::Junit(path) | Self::Json(path) if path.as_os_str() == STANDARD)
    }
}

fn kind_of_report(text: &str) -> Result<Report, String> {
    let file = |file: &str| Some(file).filter(|file| !file.is_empty()).map(PathBuf::from);
    let report = match text.split_once('=') {
        Some(("junit", path)) => file(path).map(Report::Junit),
        Some(("json", path)) => file(path).map(Report::Json),
        None if text == "github" => Some(Report::Github),
        _ => None,
    };
    report.ok_or_else(|| "junit=FILE, json=FILE or github".to_owned())
}

pub(crate) fn run(common: &Common, options: &Check) -> Result<Exit, Failure> {
    let selection =
        Selection { only: options.only.clone(), skip: options.skip.clone(), allow: options.allow.clone() };
    let url = match &options.url {
        Some(url) if !options.list => url,
        _ => return list(common, options, &selection),
    };
    let session = Session::tracing(common, url, common.verbose > 1)?;
    let Session { account, client, target, output, metadata } = &session;
    let mut builder = Builder::new(account, metadata.clone(), options.text.clone(), output.lang);
    let cases = cases::all(&mut builder)?;
    selection.check(&cases, output.lang)?;
    let mut reporters = reporters(options, account, output)?;
    let mut tell = |event: Event<'_>| reporters.iter_mut().for_each(|reporter| reporter.tell(&event));
    let runner = Runner { server: Server::new(client, target), selection: &selection, tell: &mut tell };
    let summary = runner.run(&mut builder, &cases);
    for mut reporter in reporters {
        reporter.finish().map_err(|error| {
            Failure::usage(say!(output.lang, "cannot write the report: {error}", "无法写入报告：{error}"))
        })?;
    }
    Ok(summary.exit)
}

fn reporters<'o>(
    options: &Check,
    account: &Account,
    output: &'o Output,
) -> Result<Vec<Box<dyn Reporter + 'o>>, Failure> {
    let shown: Box<dyn Reporter> = if output.json {
        Box::new(Lines::new(output, account.mode))
    } else {
        Box::new(Terminal::new(output, account.mode))
    };
    // What is to be read by another program must stand there alone.
    let is_taken = options.report.iter().any(Report::is_on_standard_output);
    let mut reporters = if is_taken { vec![] } else { vec![shown] };
    for report in &options.report {
        reporters.push(match report {
            Report::Junit(path) => Box::new(Junit::new(output, open(path, output.lang)?)),
            Report::Json(path) => Box::new(Json::new(output, open(path, output.lang)?)),
            Report::Github => Box::new(Github::new(output)),
        });
    }
    Ok(reporters)
}

/// Before anything is sent, so that no run is in vain.
fn open(path: &PathBuf, lang: Lang) -> Result<Box<dyn io::Write>, Failure> {
    if path.as_os_str() == STANDARD {
        return Ok(Box::new(io::stdout()));
    }
    let file = File::create(path).map_err(|error| {
        let path = path.display();
        Failure::usage(say!(lang, "cannot write to {path}: {error}", "无法写入 {path}:{error}"))
    })?;
    Ok(Box::new(io::BufWriter::new(file)))
}

fn list(common: &Common, options: &Check, selection: &Selection) -> Result<Exit, Failure> {
    let output = common.output();
    let lang = output.lang;
    // Which cases there are depends on the mode alone.
    let account = match common.find_account(lang)? {
        Some(account) => account,
        None => {
            let id = common.appid.clone().unwrap_or_else(|| "wx0000echostr000000".to_owned());
            let key = common.key().unwrap_or_else(|| "A".repeat(43));
            Account::new("echostr".to_owned(), common.mode(), Some(key), Some(id), lang)?
        }
    };
    let mut builder = Builder::new(&account, common.metadata(), options.text.clone(), lang);
    let cases = cases::all(&mut builder)?;
    selection.check(&cases, lang)?;
    let cases: Vec<&Case> = cases.iter().filter(|case| selection.has(case)).collect();
    let widest = cases.iter().map(|case| case.name.len()).max().unwrap_or_default();
    for case in cases {
        let (name, group, needs) = (&case.name, case.group.name(), case.needs().name());
        let object = json!({ "case": name, "group": group, "needs": needs, "sent": case.what });
        output.event(object, &format!("{name:widest$}  {group:9}  {needs:12}  {}", case.what));
    }
    Ok(Exit::Fine)
}
