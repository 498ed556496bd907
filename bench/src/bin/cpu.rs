//! What a request costs a server in processor time: bare, behind the layer, behind the layer with a memory ledger. `cpu [ROUNDS]`.
//!
//! Each turn starts a server on one core and sends it messages, no two of them the same, over kept-alive connections from another. Turns
//! of the servers of one framework follow each other, and are compared within their round.

#![expect(clippy::print_stdout, reason = "the figures are what this program is for")]

use std::{
    env::{self, consts::EXE_SUFFIX},
    error::Error,
    fs, io,
    net::SocketAddr,
    ops::Range,
    process::{Child, Command, ExitCode},
    thread,
    time::Duration,
};

use bench::{plain, turns::Table};
use echostr::Verifier;
use futures_util::future::try_join_all;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    runtime,
};

const FRAMEWORKS: [&str; 3] = ["axum", "actix", "warp"];
const VARIANTS: [&str; 3] = ["bare", "echostr", "ledger"];
const CONNECTIONS: u32 = 32;

/// Requests on each connection, before and while it is measured.
const WARM_UP: Range<u32> = 0..150;
const MEASURED: Range<u32> = 150..1_700;

type Failure = Box<dyn Error>;

fn main() -> ExitCode {
    let rounds = env::args().nth(1).map_or(Ok(15), |rounds| rounds.parse());
    let Ok(rounds) = rounds else {
        eprintln!("usage: cpu [ROUNDS]");
        return ExitCode::from(2);
    };
    match FRAMEWORKS.iter().try_for_each(|framework| compare(framework, rounds)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn compare(framework: &str, rounds: usize) -> Result<(), Failure> {
    let mut rows = VARIANTS.map(|variant| (format!("{framework}, {variant}"), vec![]));
    for round in 0..rounds {
        // Another one first each time.
        for index in (0..VARIANTS.len()).cycle().skip(round).take(VARIANTS.len()) {
            if let (Some(variant), Some((_, turns))) = (VARIANTS.get(index), rows.get_mut(index)) {
                turns.push(turn(framework, variant)?);
            }
        }
    }
    println!("{}", Table::of(rows.into()));
    Ok(())
}

/// Nanoseconds of processor time for a request.
fn turn(framework: &str, variant: &str) -> Result<f64, Failure> {
    let server = Server::start(framework, variant)?;
    let client = runtime::Builder::new_current_thread().enable_all().build()?;
    client.block_on(load(server.address, WARM_UP))?;
    let before = server.nanoseconds()?;
    client.block_on(load(server.address, MEASURED))?;
    let spent = server.nanoseconds()?.saturating_sub(before);
    let requests = u32::try_from(MEASURED.len())?.saturating_mul(CONNECTIONS);
    Ok(Duration::from_nanos(spent).as_secs_f64() * 1e9 / f64::from(requests))
}

/// Sends these messages of each connection.
async fn load(server: SocketAddr, messages: Range<u32>) -> Result<(), Failure> {
    let verifier = plain();
    let connections = (0..CONNECTIONS).map(|of| connection(server, &verifier, of, messages.clone()));
    try_join_all(connections).await.map(drop)
}

async fn connection(
    server: SocketAddr,
    verifier: &Verifier,
    of: u32,
    messages: Range<u32>,
) -> Result<(), Failure> {
    let mut stream = TcpStream::connect(server).await?;
    stream.set_nodelay(true)?;
    let body = bench::text_message(30);
    let mut response = Vec::with_capacity(1 << 10);
    for message in messages {
        let query = verifier.sign(1_540_176_606, &format!("{message:05}{of:05}"));
        let request = format!(
            "POST /wx?{query}&openid=o6_bmjrPTlm6_2sgVt7hMZOPfL2M HTTP/1.1\r\nHost: {server}\r\nUser-Agent: Mozilla/4.0\r\n\
             Accept: */*\r\nPragma: no-cache\r\nContent-Type: text/xml\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(request.as_bytes()).await?;
        response.clear();
        while !response.ends_with(b"\r\n\r\nsuccess") {
            if stream.read_buf(&mut response).await? == 0 {
                return Err("the server hung up".into());
            }
        }
        if !response.starts_with(b"HTTP/1.1 200 ") {
            return Err("the server refuses what it should take".into());
        }
    }
    Ok(())
}

struct Server {
    process: Child,
    address: SocketAddr,
}

impl Server {
    fn start(framework: &str, variant: &str) -> Result<Self, Failure> {
        let address = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let program = env::current_exe()?.with_file_name(format!("server{EXE_SUFFIX}"));
        let process = Command::new("taskset")
            .args(["--cpu-list", "0"])
            .arg(program)
            .args([framework, variant, &address.to_string()])
            .spawn()?;
        let server = Self { process, address };
        for _ in 0..500 {
            if std::net::TcpStream::connect(address).is_ok() {
                return Ok(server);
            }
            thread::sleep(Duration::from_millis(10));
        }
        Err("the server does not listen".into())
    }

    /// Processor time of all its threads.
    fn nanoseconds(&self) -> io::Result<u64> {
        let mut sum = 0_u64;
        for thread in fs::read_dir(format!("/proc/{}/task", self.process.id()))? {
            let spent = fs::read_to_string(thread?.path().join("schedstat"))?;
            let spent = spent.split(' ').next().and_then(|spent| spent.parse().ok()).unwrap_or(0);
            sum = sum.saturating_add(spent);
        }
        Ok(sum)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It serves until then.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
