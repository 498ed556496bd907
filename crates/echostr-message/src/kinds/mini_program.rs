//! Events of mini programs.

use crate::table::parts;

parts! {
    /// What a strategy of the check found.
    CheckDetail {
        /// The strategy.
        strategy: text = "strategy",
        /// 0 if the other fields are valid.
        errcode: int = "errcode",
        /// `risky`, `pass` or `review`.
        suggest: text = "suggest",
        /// What was found, as a number.
        label: int = "label",
        /// Which word of a list of one's own.
        keyword: text = "keyword",
        /// How sure it is, 0 to 100.
        prob: int = "prob",
    }

    /// What is advised.
    CheckResult {
        /// `risky`, `pass` or `review`.
        suggest: text = "suggest",
        /// What was found, as a number.
        label: int = "label",
    }

    /// A payment.
    WeChatPayInfo {
        /// The order, as the merchant names it.
        mch_order_no: text = "MchOrderNo",
        /// The payment, as the platform names it.
        transaction_id: text = "TransactionId",
        /// When, in Unix seconds.
        paid_time: int = "PaidTime",
    }

    /// Goods that were bought.
    GoodsInfo {
        /// What.
        product_id: text = "ProductId",
        /// How many.
        quantity: int = "Quantity",
        /// The price, in fen.
        orig_price: int = "OrigPrice",
        /// What was paid, in fen.
        actual_price: int = "ActualPrice",
        /// What the order says beside.
        attach: text = "Attach",
    }
}

macro_rules! mini_program_kinds {
    ($next:ident $(, $rest:ident)*; $($before:tt)*) => {
        $next! {
            $($rest),*;
            $($before)*

            /// A user opens the chat with the customer service.
            UserEnterTempSession = "event" / "user_enter_tempsession", "https://developers.weixin.qq.com/miniprogram/dev/framework/open-ability/customer-message/receive.html" {
                /// What the button says about where it stands.
                session_from: text = "SessionFrom",
            }

            /// A picture or recording has been checked. Several in a second differ in `trace_id` only.
            MediaCheck boxed = "event" / "wxa_media_check", "https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/sec-center/sec-check/mediaCheckAsync.html" {
                /// The mini program.
                appid: text = "appid",
                /// The check, as the API named it.
                trace_id: text = "trace_id",
                /// The version of the API.
                version: int = "version",
                /// What each strategy found.
                detail: list<CheckDetail> = "detail",
                /// 0 is success.
                errcode: int = "errcode",
                /// The same in words.
                errmsg: text = "errmsg",
                /// What is advised.
                result: object<CheckResult> = "result",
            }

            /// A version has passed the review.
            AuditSuccess = "event" / "weapp_audit_success", "https://developers.weixin.qq.com/doc/oplatform/Third-party_Platforms/Mini_Programs/code/audit_event.html" {
                /// When, in Unix seconds.
                succ_time: int = "SuccTime",
            }

            /// A version has not passed the review.
            AuditFail = "event" / "weapp_audit_fail", "https://developers.weixin.qq.com/doc/oplatform/Third-party_Platforms/Mini_Programs/code/audit_event.html" {
                /// Why, in HTML.
                reason: text = "Reason",
                /// When, in Unix seconds.
                fail_time: int = "FailTime",
                /// The media ids of pictures, with `|` between them.
                screen_shot: text = "ScreenShot",
            }

            /// The review of a version takes longer.
            AuditDelay = "event" / "weapp_audit_delay", "https://developers.weixin.qq.com/doc/oplatform/Third-party_Platforms/Mini_Programs/code/audit_event.html" {
                /// Why.
                reason: text = "Reason",
                /// Since when, in Unix seconds.
                delay_time: int = "DelayTime",
            }

            /// An order is, or will be, settled.
            TradeSettlement boxed = "event" / "trade_manage_order_settlement", "https://developers.weixin.qq.com/miniprogram/dev/platform-capabilities/business-capabilities/order-shipping/order-shipping.html" {
                /// The payment.
                transaction_id: text = "transaction_id",
                /// The merchant.
                merchant_id: text = "merchant_id",
                /// The merchant below a provider.
                sub_merchant_id: text = "sub_merchant_id",
                /// The order, as the merchant names it.
                merchant_trade_no: text = "merchant_trade_no",
                /// When it was paid, in Unix seconds.
                pay_time: int = "pay_time",
                /// When it was sent, in Unix seconds.
                shipped_time: int = "shipped_time",
                /// When it will be settled, in Unix seconds.
                estimated_settlement_time: int = "estimated_settlement_time",
                /// 1 confirmed by itself, 2 by the user.
                confirm_receive_method: int = "confirm_receive_method",
                /// When receipt was confirmed, in Unix seconds.
                confirm_receive_time: int = "confirm_receive_time",
                /// When it was settled, in Unix seconds.
                settlement_time: int = "settlement_time",
            }

            /// An order should be sent soon.
            TradeRemindShipping = "event" / "trade_manage_remind_shipping", "https://developers.weixin.qq.com/miniprogram/dev/platform-capabilities/business-capabilities/order-shipping/order-shipping.html" {
                /// The payment.
                transaction_id: text = "transaction_id",
                /// The merchant.
                merchant_id: text = "merchant_id",
                /// The merchant below a provider.
                sub_merchant_id: text = "sub_merchant_id",
                /// The order, as the merchant names it.
                merchant_trade_no: text = "merchant_trade_no",
                /// When it was paid, in Unix seconds.
                pay_time: int = "pay_time",
                /// The reminder.
                msg: text = "msg",
            }

            /// Virtual goods have been paid and are to be delivered. Sent up to 15 times until the answer
            /// says `ErrCode` 0.
            XpayGoodsDeliver boxed = "event" / "xpay_goods_deliver_notify", "https://developers.weixin.qq.com/miniprogram/dev/platform-capabilities/business-capabilities/virtual-payment.html" {
                /// The user.
                open_id: text = "OpenId",
                /// The order.
                out_trade_no: text = "OutTradeNo",
                /// 0 for real, 1 for the sandbox.
                env: int = "Env",
                /// The payment.
                we_chat_pay_info: object<WeChatPayInfo> = "WeChatPayInfo",
                /// The goods.
                goods_info: object<GoodsInfo> = "GoodsInfo",
                /// How often it was sent before.
                retry_times: int = "RetryTimes",
            }
        }
    };
}

pub(crate) use mini_program_kinds;
