//! Cards of WeCom: from the JSON that the API takes, for replies that are XML.

use serde_json::Value as Json;

use super::{
    error::ReplyError,
    tree::{Fields, Value, cleaned},
};
use crate::limits::MAX_DEPTH;

/// The keys in the order of WeCom's description, since a structure of JSON has none. Others stand behind them.
///
/// Source: <https://developer.work.weixin.qq.com/document/path/90241>.
const ORDER: [&str; 44] = [
    "card_type",
    "source",
    "icon_url",
    "action_menu",
    "main_title",
    "quote_area",
    "emphasis_content",
    "sub_title_text",
    "horizontal_content_list",
    "jump_list",
    "card_action",
    "image_text_area",
    "card_image",
    "vertical_content_list",
    "type",
    "keyname",
    "question_key",
    "title",
    "desc",
    "desc_color",
    "quote_text",
    "value",
    "url",
    "appid",
    "pagepath",
    "aspect_ratio",
    "image_url",
    "option_list",
    "action_list",
    "id",
    "text",
    "is_checked",
    "selected_id",
    "disable",
    "mode",
    "style",
    "key",
    "button_selection",
    "button_list",
    "checkbox",
    "select_list",
    "submit_button",
    "replace_text",
    "task_id",
];

/// The elements of a card.
pub(crate) fn elements(card: &Json) -> Result<Fields, ReplyError> {
    match card {
        Json::Object(_) => fields(card, 0),
        _ => Err(ReplyError::BadCard),
    }
}

/// Whether the JSON is a structure, and no deeper than what is read.
pub(crate) fn check(card: &Json) -> Result<(), ReplyError> {
    fn fits(json: &Json, depth: usize) -> bool {
        let below = depth.saturating_add(1);
        depth <= MAX_DEPTH
            && match json {
                Json::Object(fields) => fields.values().all(|value| fits(value, below)),
                Json::Array(items) => items.iter().all(|item| fits(item, below)),
                _ => true,
            }
    }
    if card.as_object().is_some_and(|card| !card.is_empty()) && fits(card, 0) {
        Ok(())
    } else {
        Err(ReplyError::BadCard)
    }
}

fn fields(json: &Json, depth: usize) -> Result<Fields, ReplyError> {
    let mut fields: Vec<_> =
        json.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null()).collect();
    fields.sort_by_key(|(key, _)| ORDER.iter().position(|known| known == key).unwrap_or(ORDER.len()));
    fields.into_iter().map(|(key, json)| Ok((element_name(key)?, value(json, depth)?))).collect()
}

fn value(json: &Json, depth: usize) -> Result<Value, ReplyError> {
    let depth = depth.saturating_add(1);
    if depth > MAX_DEPTH {
        return Err(ReplyError::BadCard);
    }
    Ok(match json {
        Json::String(text) => Value::Text(cleaned(text.clone())),
        Json::Array(items) => Value::List(
            items
                .iter()
                .filter(|item| !item.is_null())
                .map(|item| value(item, depth))
                .collect::<Result<_, _>>()?,
        ),
        Json::Object(_) => Value::Object(fields(json, depth)?),
        Json::Null | Json::Bool(_) | Json::Number(_) => Value::Plain(json.to_string()),
    })
}

/// `main_title` is `MainTitle`; a few words that JSON writes together are apart in XML.
fn element_name(key: &str) -> Result<String, ReplyError> {
    match key {
        "checkbox" => return Ok("CheckBox".to_owned()),
        "keyname" => return Ok("KeyName".to_owned()),
        "appid" => return Ok("AppId".to_owned()),
        "pagepath" => return Ok("PagePath".to_owned()),
        _ => {}
    }
    let is_key = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if !key.bytes().all(is_key) || !key.bytes().next().is_some_and(|first| first.is_ascii_alphabetic()) {
        return Err(ReplyError::BadCard);
    }
    let mut name = String::with_capacity(key.len());
    for word in key.split('_') {
        let mut letters = word.chars();
        name.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        name.push_str(letters.as_str());
    }
    Ok(name)
}
