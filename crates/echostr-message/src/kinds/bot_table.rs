//! The messages of WeCom's aibot.

use crate::table::parts;

parts! {
    /// A message that another refers to.
    Quote {
        /// Its type.
        msgtype: text = "msgtype",
        /// The text.
        content: text = "text.content" or "voice.content",
        /// Where the picture or file can be fetched.
        url: text = "image.url" or "file.url",
        /// The parts of texts and pictures together.
        msg_item: list<Item> = "mixed.msg_item",
    }

    /// A part of texts and pictures together.
    Item {
        /// `text` or `image`.
        msgtype: text = "msgtype",
        /// The text.
        content: text = "text.content",
        /// Where the picture can be fetched.
        url: text = "image.url",
    }

    /// What was chosen in a card.
    SelectedItem {
        /// For which question.
        question_key: text = "question_key",
        /// Which answers.
        option_ids: texts = "option_ids.option_id",
    }
}

macro_rules! bot_kinds {
    ($next:ident $(, $rest:ident)*; $($before:tt)*) => {
        $next! {
            $($rest),*;
            $($before)*

            /// A text that a member typed.
            Text = "text", "https://developer.work.weixin.qq.com/document/path/100719" {
                /// The text, in groups with `@` and the name of the robot. Empty where it is missing; the
                /// document tells the two apart.
                content: required = "text.content",
                /// The message that it refers to.
                quote: object<Quote> = "quote",
            }

            /// A picture.
            Image = "image", "https://developer.work.weixin.qq.com/document/path/100719" {
                /// Where it can be fetched for five minutes, encrypted with the key of the callback.
                url: text = "image.url",
            }

            /// Texts and pictures together.
            Mixed = "mixed", "https://developer.work.weixin.qq.com/document/path/100719" {
                /// The parts.
                msg_item: list<Item> = "mixed.msg_item",
                /// The message that it refers to.
                quote: object<Quote> = "quote",
            }

            /// A recording, already recognised.
            Voice = "voice", "https://developer.work.weixin.qq.com/document/path/100719" {
                /// What was said.
                content: text = "voice.content",
                /// The message that it refers to.
                quote: object<Quote> = "quote",
            }

            /// A file.
            File = "file", "https://developer.work.weixin.qq.com/document/path/100719" {
                /// Where it can be fetched for five minutes, encrypted with the key of the callback.
                url: text = "file.url",
                /// The message that it refers to.
                quote: object<Quote> = "quote",
            }

            /// Asks for the rest of a stream reply, for up to six minutes.
            Stream = "stream", "https://developer.work.weixin.qq.com/document/path/100719" {
                /// The id that the stream reply had.
                id: text = "stream.id",
            }

            /// A member opens the chat for the first time in a day. May be answered with a text, or a card.
            EnterChat = "event" / "enter_chat", "https://developer.work.weixin.qq.com/document/path/101027" {}

            /// A button of a card was pressed. A reply can replace the card. Sent once.
            TemplateCard = "event" / "template_card_event", "https://developer.work.weixin.qq.com/document/path/101027" {
                /// The type of the card.
                card_type: text = "event.template_card_event.card_type",
                /// The key of the button.
                event_key: text = "event.template_card_event.event_key",
                /// The card.
                task_id: text = "event.template_card_event.task_id",
                /// What was chosen.
                selected_items: list<SelectedItem> = "event.template_card_event.selected_items.selected_item",
            }

            /// A member says how good a reply was. May only be answered with an empty body: `Reply::empty`.
            Feedback = "event" / "feedback_event", "https://developer.work.weixin.qq.com/document/path/101027" {
                /// The id of the feedback that the reply had.
                id: text = "event.feedback_event.id",
                /// 1 good, 2 bad, 3 taken back.
                kind: int = "event.feedback_event.type",
                /// What was said.
                content: text = "event.feedback_event.content",
                /// What was wrong, as numbers.
                inaccurate_reason_list: texts = "event.feedback_event.inaccurate_reason_list",
            }
        }
    };
}

pub(crate) use bot_kinds;
