//! The examples of the READMEs are what is printed.

use std::{path::Path, process::Command};

use crate::support::{
    command::Folder,
    reference::{Mode, Reference},
};

/// A command of a README and all that it prints.
struct Example {
    command: String,
    output: String,
}

fn examples(readme: &str) -> Vec<Example> {
    let mut examples = vec![];
    for block in readme.split("\n```console\n").skip(1) {
        let block = block.split("\n```").next().expect("the block itself");
        // The command itself, or what is piped into it.
        if !["$ echostr ", "$ echo "].iter().any(|start| block.starts_with(start)) {
            continue;
        }
        for example in format!("\n{block}").split("\n$ ").skip(1) {
            let (command, output) = example.split_once('\n').unwrap_or((example, ""));
            examples.push(Example { command: command.to_owned(), output: output.to_owned() });
        }
    }
    examples
}

/// Times differ from run to run: each number before a unit becomes `N`.
fn without_times(text: &str) -> String {
    let is_unit = |word: &str| {
        ["ms", "s", "毫秒", "秒", "seconds"].contains(&word.trim_end_matches([')', ':', ',', '.']))
    };
    let line = |line: &str| {
        let mut words: Vec<_> = line.split(' ').map(str::to_owned).collect();
        for at in 1..words.len() {
            let number = words[at - 1].trim_start_matches('(');
            if is_unit(&words[at]) && number.parse::<f64>().is_ok() {
                words[at - 1] = words[at - 1].replace(number, "N");
            }
        }
        words.join(" ")
    };
    text.trim_end().lines().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn examples_of_the_readmes_are_what_is_printed() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut count = 0;
    for readme in ["README.md", "../../README.md", "../../README.zh-CN.md"] {
        let text = std::fs::read_to_string(package.join(readme)).expect("a README");
        let server =
            Reference::new(Mode::Plain).verifier(echostr::Verifier::new("weixin").expect("a token")).start();
        let addr = server.url().trim_start_matches("http://").trim_end_matches("/wx").to_owned();
        for Example { command, output } in examples(&text) {
            let bin = Path::new(env!("CARGO_BIN_EXE_echostr")).parent().expect("a folder");
            let folder = Folder::new();
            let shell = Command::new("sh")
                .arg("-c")
                .arg(command.replace("127.0.0.1:3000", &addr))
                .env_clear()
                .env("PATH", format!("{}:/usr/bin:/bin", bin.display()))
                .env("LANG", if readme.contains("zh") { "zh_CN.UTF-8" } else { "en_US.UTF-8" })
                .current_dir(folder.path())
                .output()
                .expect("a shell");
            let printed = [shell.stdout, shell.stderr].concat();
            let printed = String::from_utf8(printed).expect("UTF-8").replace(&addr, "127.0.0.1:3000");
            assert_eq!(without_times(&printed), without_times(&output), "{readme}: $ {command}");
            count += 1;
        }
    }
    assert!(count > 0, "no README has an example");
}
