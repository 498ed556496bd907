//! Events of coupons, vouchers and membership cards.

macro_rules! card_kinds {
    ($next:ident $(, $rest:ident)*; $($before:tt)*) => {
        $next! {
            $($rest),*;
            $($before)*

            /// A card has passed the review.
            CardPassCheck = "event" / "card_pass_check", "https://developers.weixin.qq.com/doc/offiaccount/Cards_and_Offer/Coupons_Vouchers_and_Cards_Event_Push_Messages.html" {
                /// The card.
                card_id: text = "CardId",
            }

            /// A card has not passed the review.
            CardNotPassCheck = "event" / "card_not_pass_check", "https://developers.weixin.qq.com/doc/offiaccount/Cards_and_Offer/Coupons_Vouchers_and_Cards_Event_Push_Messages.html" {
                /// The card.
                card_id: text = "CardId",
                /// Why.
                refuse_reason: text = "RefuseReason",
            }

            /// A user takes a card.
            UserGetCard boxed = "event" / "user_get_card", "https://developers.weixin.qq.com/doc/offiaccount/Cards_and_Offer/Coupons_Vouchers_and_Cards_Event_Push_Messages.html" {
                /// The card.
                card_id: text = "CardId",
                /// 1 if a friend gave it.
                is_give_by_friend: int = "IsGiveByFriend",
                /// The code of the user's copy.
                user_card_code: text = "UserCardCode",
                /// The friend.
                friend_user_name: text = "FriendUserName",
                /// The scene it was taken in.
                outer_id: int = "OuterId",
                /// The code of the friend's copy.
                old_user_card_code: text = "OldUserCardCode",
                /// The scene it was taken in.
                outer_str: text = "OuterStr",
                /// 1 if a deleted membership card is taken again.
                is_restore_member_card: int = "IsRestoreMemberCard",
                /// 1 if a friend recommended it.
                is_recommend_by_friend: int = "IsRecommendByFriend",
            }

            /// A user gives a card away.
            UserGiftingCard = "event" / "user_gifting_card", "https://developers.weixin.qq.com/doc/offiaccount/Cards_and_Offer/Coupons_Vouchers_and_Cards_Event_Push_Messages.html" {
                /// The card.
                card_id: text = "CardId",
                /// The code of the user's copy.
                user_card_code: text = "UserCardCode",
                /// 1 if it came back.
                is_return_back: int = "IsReturnBack",
                /// The friend.
                friend_user_name: text = "FriendUserName",
                /// 1 if it was given to a group.
                is_chat_room: int = "IsChatRoom",
            }

            /// A user deletes a card.
            UserDelCard = "event" / "user_del_card", "https://developers.weixin.qq.com/doc/offiaccount/Cards_and_Offer/Coupons_Vouchers_and_Cards_Event_Push_Messages.html" {
                /// The card.
                card_id: text = "CardId",
                /// The code of the user's copy.
                user_card_code: text = "UserCardCode",
            }

            /// A card is used.
            UserConsumeCard boxed = "event" / "user_consume_card", "https://developers.weixin.qq.com/doc/offiaccount/Cards_and_Offer/Coupons_Vouchers_and_Cards_Event_Push_Messages.html" {
                /// The card.
                card_id: text = "CardId",
                /// The code of the user's copy.
                user_card_code: text = "UserCardCode",
                /// How it was used.
                consume_source: text = "ConsumeSource",
                /// In which shop.
                location_name: text = "LocationName",
                /// Who took it.
                staff_open_id: text = "StaffOpenId",
                /// The code for paying by oneself.
                verify_code: text = "VerifyCode",
                /// The amount.
                remark_amount: text = "RemarkAmount",
                /// The scene.
                outer_str: text = "OuterStr",
            }

            /// A user pays with a card.
            UserPayFromPayCell = "event" / "user_pay_from_pay_cell", "https://developers.weixin.qq.com/doc/offiaccount/Cards_and_Offer/Coupons_Vouchers_and_Cards_Event_Push_Messages.html" {
                /// The card.
                card_id: text = "CardId",
                /// The code of the user's copy.
                user_card_code: text = "UserCardCode",
                /// The payment.
                trans_id: text = "TransId",
                /// The shop.
                location_id: text = "LocationId",
                /// What was paid, in fen.
                fee: text = "Fee",
                /// What was owed, in fen.
                original_fee: text = "OriginalFee",
            }

            /// A user looks at a membership card.
            UserViewCard = "event" / "user_view_card", "https://developers.weixin.qq.com/doc/offiaccount/Cards_and_Offer/Coupons_Vouchers_and_Cards_Event_Push_Messages.html" {
                /// The card.
                card_id: text = "CardId",
                /// The code of the user's copy.
                user_card_code: text = "UserCardCode",
                /// The scene.
                outer_str: text = "OuterStr",
            }

            /// A user opens the chat from a card.
            UserEnterSessionFromCard = "event" / "user_enter_session_from_card", "https://developers.weixin.qq.com/doc/offiaccount/Cards_and_Offer/Coupons_Vouchers_and_Cards_Event_Push_Messages.html" {
                /// The card.
                card_id: text = "CardId",
                /// The code of the user's copy.
                user_card_code: text = "UserCardCode",
            }

            /// The points or the balance of a membership card change.
            UpdateMemberCard = "event" / "update_member_card", "https://developers.weixin.qq.com/doc/offiaccount/Cards_and_Offer/Coupons_Vouchers_and_Cards_Event_Push_Messages.html" {
                /// The card.
                card_id: text = "CardId",
                /// The code of the user's copy.
                user_card_code: text = "UserCardCode",
                /// By how many points.
                modify_bonus: int = "ModifyBonus",
                /// By how much, in fen.
                modify_balance: int = "ModifyBalance",
            }

            /// Few copies of a card are left.
            CardSkuRemind = "event" / "card_sku_remind", "https://developers.weixin.qq.com/doc/offiaccount/Cards_and_Offer/Coupons_Vouchers_and_Cards_Event_Push_Messages.html" {
                /// The card.
                card_id: text = "CardId",
                /// How many, in words.
                detail: text = "Detail",
            }

            /// A user activates a membership card.
            SubmitMemberCardUserInfo = "event" / "submit_membercard_user_info", "https://developers.weixin.qq.com/doc/offiaccount/Cards_and_Offer/Coupons_Vouchers_and_Cards_Event_Push_Messages.html" {
                /// The card.
                card_id: text = "CardId",
                /// The code of the user's copy.
                user_card_code: text = "UserCardCode",
            }
        }
    };
}

pub(crate) use card_kinds;
