//! One sentence, with the cure, for each way in which an answer is wrong: for handshakes and messages alike. A diagnosis is a
//! function of the evidence, in a file of its own; the table says which one is asked first.

mod breakout;
mod compressed;
pub(crate) mod connection;
mod echo;
pub(crate) mod evidence;
mod forbidden;
mod html_page;
mod mode_mismatch;
mod official_code;
mod only_this;
mod other_status;
mod proxy_page;
mod redirect;
mod reply;
mod retry;
mod route;
mod server_error;
pub(crate) mod table;
mod too_long;
mod tutorial_token;
mod unfinished;
