//! Paths in tokens that are not parsed yet: the arguments of macros and attributes, the bodies of `macro_rules!`.

use proc_macro2::{Delimiter, Group, Ident, Spacing, TokenStream, TokenTree};
use syn::{Lit, ext::IdentExt};

use crate::tree::Path;

pub(crate) enum Found {
    Path { path: Path, line: usize },
    Macro { name: String, line: usize },
    Use(syn::ItemUse),
}

/// The tokens with `$crate` written as `crate`, so that they parse as ordinary code.
pub(crate) fn without_dollar_crate(tokens: TokenStream) -> TokenStream {
    let mut plain: Vec<TokenTree> = vec![];
    for token in tokens {
        match token {
            TokenTree::Ident(ident) if ident == "crate" => {
                plain.pop_if(|previous| is_punct(previous, '$'));
                plain.push(ident.into());
            }
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), without_dollar_crate(group.stream()));
                inner.set_span(group.span());
                plain.push(inner.into());
            }
            other => plain.push(other),
        }
    }
    plain.into_iter().collect()
}

/// Every path of two segments or more, every macro called by a bare name, and every `use`. A text counts where it is a path,
/// as in `#[serde(with = "crate::time")]`, if `texts_count`.
pub(crate) fn scan(tokens: TokenStream, texts_count: bool, found: &mut Vec<Found>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut rest = tokens.as_slice();
    while let [first, after @ ..] = rest {
        rest = after;
        match first {
            TokenTree::Ident(word) if word == "pub" => rest = after_visibility(after),
            TokenTree::Ident(word) if word == "use" => {
                let end =
                    after.iter().position(|token| is_punct(token, ';')).map_or(after.len(), |at| at + 1);
                let written = std::iter::once(first).chain(&after[..end]).cloned().collect();
                if let Ok(item) = syn::parse2(written) {
                    found.push(Found::Use(item));
                    rest = &after[end..];
                }
            }
            TokenTree::Ident(word) => rest = path(word, after, false, found),
            TokenTree::Punct(dollar) if dollar.as_char() == '$' => {
                // What a metavariable stands for is found where the macro is called.
                if let [TokenTree::Ident(word), after @ ..] = after {
                    rest = path(word, after, false, &mut vec![]);
                }
            }
            TokenTree::Punct(_) => {
                if let Some((word, after)) = next_segment(std::slice::from_ref(first), after) {
                    rest = path(word, after, true, found);
                }
            }
            TokenTree::Group(group) => scan(group.stream(), texts_count, found),
            TokenTree::Literal(literal) => {
                if texts_count
                    && let Lit::Str(text) = Lit::new(literal.clone())
                    && let Ok(path) = text.parse::<syn::Path>()
                    && path.segments.len() > 1
                {
                    found.push(Found::Path { path: plain_path(&path), line: literal.span().start().line });
                }
            }
        }
    }
}

/// The path of names alone: `a::<T>::b` is `a::b`.
pub(crate) fn plain_path(path: &syn::Path) -> Path {
    Path {
        has_leading_colons: path.leading_colon.is_some(),
        segments: path.segments.iter().map(|segment| plain(&segment.ident)).collect(),
    }
}

/// The name without `r#`.
pub(crate) fn plain(name: &Ident) -> String {
    name.unraw().to_string()
}

/// Reads the path that begins with `first`; gives the tokens behind it.
fn path<'t>(
    first: &Ident,
    after: &'t [TokenTree],
    has_leading_colons: bool,
    found: &mut Vec<Found>,
) -> &'t [TokenTree] {
    let line = first.span().start().line;
    let mut segments = vec![plain(first)];
    let mut rest = after;
    while let [colon, after @ ..] = rest
        && let Some((word, after)) = next_segment(std::slice::from_ref(colon), after)
    {
        segments.push(plain(word));
        rest = after;
    }
    let is_call = matches!(rest, [TokenTree::Punct(mark), TokenTree::Group(_), ..]
        if mark.as_char() == '!' && mark.spacing() == Spacing::Alone);
    if segments.len() > 1 {
        found.push(Found::Path { path: Path { has_leading_colons, segments }, line });
    } else if is_call {
        found.push(Found::Macro { name: segments.concat(), line });
    }
    rest
}

/// The name behind `::`.
fn next_segment<'t>(colon: &[TokenTree], after: &'t [TokenTree]) -> Option<(&'t Ident, &'t [TokenTree])> {
    match (colon, after) {
        ([first], [second, TokenTree::Ident(word), rest @ ..])
            if is_punct(first, ':') && is_punct(second, ':') =>
        {
            Some((word, rest))
        }
        _ => None,
    }
}

/// Behind the `(in crate::a)` of `pub(in crate::a)`, which imports nothing.
fn after_visibility(after: &[TokenTree]) -> &[TokenTree] {
    match after {
        [TokenTree::Group(group), rest @ ..]
            if group.delimiter() == Delimiter::Parenthesis
                && matches!(group.stream().into_iter().next(), Some(TokenTree::Ident(word)) if word == "in") =>
        {
            rest
        }
        _ => after,
    }
}

fn is_punct(token: &TokenTree, character: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == character)
}
