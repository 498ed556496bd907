//! All diagnoses, in the order in which they are asked.

use crate::diagnosis::{
    compressed, connection, echo,
    evidence::{Diagnosis, Evidence},
    forbidden, html_page, mode_mismatch, official_code, only_this, other_status, proxy_page, redirect, reply,
    retry, route, server_error, too_long, tutorial_token, unfinished,
};

type Look = fn(&Evidence<'_>) -> Option<Diagnosis>;

/// In this order: what explains more comes first.
const TABLE: [Look; 18] = [
    connection::look,
    tutorial_token::look,
    retry::look,
    only_this::look,
    proxy_page::look,
    mode_mismatch::look,
    official_code::look,
    redirect::look,
    forbidden::look,
    route::look,
    too_long::look,
    server_error::look,
    other_status::look,
    unfinished::look,
    compressed::look,
    html_page::look,
    echo::look,
    reply::look,
];

/// `None` if the platform would be content.
pub(crate) fn diagnose(evidence: &Evidence<'_>) -> Option<Diagnosis> {
    TABLE.iter().find_map(|look| look(evidence))
}
