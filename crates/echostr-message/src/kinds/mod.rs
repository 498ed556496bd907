//! The kinds of messages, from one table: an entry names the variant, what dispatches it, its fields and the source. The
//! files below hold the entries, by what they are about.

mod account;
mod bot_table;
mod card;
mod mini_program;
mod notice_table;
mod standard;
mod wecom;

/// What the variants of [`Kind`](message::Kind) hold.
pub mod message {
    use super::{
        account::account_kinds, card::card_kinds, mini_program::mini_program_kinds, standard::standard_kinds,
        wecom::wecom_kinds,
    };
    use crate::table::kinds;

    pub use super::{account::*, mini_program::*, wecom::*};

    macro_rules! message_kinds {
        (; $($entries:tt)*) => {
            kinds! {
                /// What a [`Message`](crate::Message) is.
                Kind of Message, by "MsgType" then "Event", in "message", "xml";
                $($entries)*
            }
        };
    }

    standard_kinds! { account_kinds, card_kinds, mini_program_kinds, wecom_kinds, message_kinds; }

    impl Location {
        /// [`location_x`](field@Self::location_x) under the name of what it is, in degrees.
        #[must_use]
        pub fn latitude(&self) -> Option<f64> {
            self.location_x()
        }

        /// [`location_y`](field@Self::location_y) under the name of what it is, in degrees.
        #[must_use]
        pub fn longitude(&self) -> Option<f64> {
            self.location_y()
        }
    }
}

/// What the variants of [`NoticeKind`](notice::NoticeKind) hold.
pub mod notice {
    use super::notice_table::notice_kinds;
    use crate::table::kinds;

    pub use super::{notice_table::*, wecom::ContactAttribute};

    macro_rules! all_kinds {
        (; $($entries:tt)*) => {
            kinds! {
                /// What a [`Notice`](crate::Notice) is.
                NoticeKind of Notice, by "InfoType" then "ChangeType", in "notice", "xml";
                $($entries)*
            }
        };
    }

    notice_kinds! { all_kinds; }
}

/// What the variants of [`BotKind`](bot::BotKind) hold.
pub mod bot {
    use super::bot_table::bot_kinds;
    use crate::table::kinds;

    pub use super::bot_table::*;

    macro_rules! all_kinds {
        (; $($entries:tt)*) => {
            kinds! {
                /// What a [`Bot`](crate::Bot) message is.
                BotKind of Bot, by "msgtype" then "event.eventtype", in "bot", "json";
                $($entries)*
            }
        };
    }

    bot_kinds! { all_kinds; }
}
