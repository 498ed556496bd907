//! Reads documents from files and standard input.

use std::{
    fs,
    io::{self, IsTerminal as _, Read as _},
    path::{Path, PathBuf},
};

use clap::Args;
use serde_json::Value;

use crate::{
    platform::xml::xml_fields,
    words::{
        exit::Failure,
        lang::{Lang, say},
    },
};

/// More than any message of the platform has; keeps a wrong file from being read whole.
const LONGEST_DOCUMENT: u64 = 1024 * 1024;

/// A text on the command line, in a file or on standard input.
#[derive(Args, Debug)]
pub(crate) struct Text {
    /// The text; without it --file or standard input is read
    #[arg(conflicts_with = "file")]
    pub(crate) text: Option<String>,
    /// The file to read; `-` is standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
}

impl Text {
    pub(crate) fn read(&self, lang: Lang) -> Result<String, Failure> {
        let bytes = match &self.text {
            Some(text) => return Ok(text.clone()),
            None => read(self.file.as_deref(), lang)?,
        };
        String::from_utf8(bytes).map_err(|error| {
            Failure::usage(say!(lang, "the text is not UTF-8: {error}", "文本不是 UTF-8:{error}"))
        })
    }
}

/// A file, or standard input, unless that is a terminal where nobody was told to type.
pub(crate) fn read(file: Option<&Path>, lang: Lang) -> Result<Vec<u8>, Failure> {
    if file.is_none() && io::stdin().is_terminal() {
        return Err(Failure::usage(say!(
            lang,
            "nothing to send: name a kind of message such as `text hello`, or give --file, or pipe a document in",
            "没有要处理的内容：请写明消息类型（如 text 你好），或用 --file，或从管道输入"
        )));
    }
    let bytes = read_at_most(LONGEST_DOCUMENT.saturating_add(1), file, lang)?;
    let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    if length > LONGEST_DOCUMENT {
        let name = name(file, lang);
        return Err(Failure::usage(say!(lang, "{name} is longer than 1 MiB", "{name} 超过 1 MiB")));
    }
    Ok(bytes)
}

/// So many bytes of a file, or of standard input where there is none or `-`; the rest is left.
pub(crate) fn read_at_most(most: u64, file: Option<&Path>, lang: Lang) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = match named(file) {
        Some(file) => fs::File::open(file).and_then(|file| file.take(most).read_to_end(&mut bytes)),
        None => io::stdin().lock().take(most).read_to_end(&mut bytes),
    };
    match read {
        Ok(_) => Ok(bytes),
        Err(error) => {
            let name = name(file, lang);
            Err(Failure::usage(say!(lang, "cannot read {name}: {error}", "无法读取{name}:{error}")))
        }
    }
}

/// `None` is standard input.
fn named(file: Option<&Path>) -> Option<&Path> {
    file.filter(|file| *file != Path::new("-"))
}

fn name(file: Option<&Path>, lang: Lang) -> String {
    named(file).map_or_else(|| say!(lang, "standard input", "标准输入"), |file| file.display().to_string())
}

/// `Err` if it is neither XML nor JSON.
pub(crate) fn well_formed(document: &[u8], lang: Lang) -> Result<(), Failure> {
    let document = document.strip_prefix("\u{feff}".as_bytes()).unwrap_or(document);
    let why = match str::from_utf8(document) {
        Err(error) => Some(error.to_string()),
        Ok(text) if text.trim_start().starts_with('{') => {
            serde_json::from_str::<Value>(text).err().map(|error| error.to_string())
        }
        Ok(text) => xml_fields(text.trim()).err(),
    };
    why.map_or(Ok(()), |why| {
        Err(Failure::usage(say!(
            lang,
            "the document is neither well-formed XML nor JSON ({why}): nothing was sent",
            "文档既不是格式正确的 XML 也不是 JSON({why})：没有发送任何内容"
        )))
    })
}
