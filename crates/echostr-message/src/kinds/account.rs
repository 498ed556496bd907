//! Events of an account: followers, codes, menus, sends, customer service.

use crate::table::parts;

parts! {
    /// What was scanned.
    ScanCodeInfo {
        /// `qrcode` or `barcode`.
        scan_type: text = "ScanType",
        /// What is in the code.
        scan_result: text = "ScanResult",
    }

    /// Pictures that a user is about to send.
    SendPicsInfo {
        /// How many.
        count: int = "Count",
        /// Each of them.
        pic_list: list<Picture> = "PicList.item",
    }

    /// A picture.
    Picture {
        /// Its MD5 sum in hexadecimal.
        pic_md5_sum: text = "PicMd5Sum",
    }

    /// A place that a user chose. See [`latitude`](SendLocationInfo::latitude) and
    /// [`longitude`](SendLocationInfo::longitude).
    SendLocationInfo {
        /// The latitude in degrees.
        location_x: float = "Location_X",
        /// The longitude in degrees.
        location_y: float = "Location_Y",
        /// The scale of the map.
        scale: float = "Scale",
        /// The address in words. May begin with a space.
        label: text = "Label",
        /// The name of the place.
        poiname: text = "Poiname",
    }

    /// What the check for originality found.
    CopyrightCheck {
        /// How many articles.
        count: int = "Count",
        /// What it found in each.
        result_list: list<CopyrightResult> = "ResultList.item",
        /// 1 passed, 2 failed for some, 3 failed for all.
        check_state: int = "CheckState",
    }

    /// What the check for originality found in an article.
    CopyrightResult {
        /// Which, counted from 1.
        article_idx: int = "ArticleIdx",
        /// What the account declares.
        user_declare_state: int = "UserDeclareState",
        /// What the platform found.
        audit_state: int = "AuditState",
        /// Where the original is.
        original_article_url: text = "OriginalArticleUrl",
        /// Its type.
        original_article_type: int = "OriginalArticleType",
        /// Whether it may be reprinted.
        can_reprint: int = "CanReprint",
        /// Whether the content must be that of the original.
        need_replace_content: int = "NeedReplaceContent",
        /// Whether the source must be named.
        need_show_reprint_source: int = "NeedShowReprintSource",
    }

    /// Where articles are.
    ArticleUrls {
        /// How many.
        count: int = "Count",
        /// Each of them.
        result_list: list<ArticleUrl> = "ResultList.item",
    }

    /// Where an article is.
    ArticleUrl {
        /// Which, counted from 1.
        article_idx: int = "ArticleIdx",
        /// Its address.
        article_url: text = "ArticleUrl",
    }

    /// How publishing went.
    PublishInfo {
        /// The job.
        publish_id: text = "publish_id",
        /// 0 is success; 1 being published, 2 to 6 failures.
        publish_status: int = "publish_status",
        /// The article, for the API.
        article_id: text = "article_id",
        /// How many articles.
        count: int = "article_detail.count",
        /// Each of them.
        article_detail: list<PublishedArticle> = "article_detail.item",
        /// Which articles failed, counted from 1.
        fail_idx: texts = "fail_idx",
    }

    /// A published article.
    PublishedArticle {
        /// Which, counted from 1.
        idx: int = "idx",
        /// Its address.
        article_url: text = "article_url",
    }

    /// An answer to the question whether to get a subscribed message.
    PopupItem {
        /// The template.
        template_id: text = "TemplateId",
        /// `accept` or `reject`.
        subscribe_status_string: text = "SubscribeStatusString",
        /// Where it was asked.
        popup_scene: int = "PopupScene",
    }

    /// A change of a subscription.
    ChangeItem {
        /// The template.
        template_id: text = "TemplateId",
        /// `accept` or `reject`.
        subscribe_status_string: text = "SubscribeStatusString",
    }

    /// How sending a subscribed message went.
    SentItem {
        /// The template.
        template_id: text = "TemplateId",
        /// The message, as the API named it.
        msg_id: int = "MsgID",
        /// 0 is success.
        error_code: int = "ErrorCode",
        /// The same in words.
        error_status: text = "ErrorStatus",
    }
}

macro_rules! account_kinds {
    ($next:ident $(, $rest:ident)*; $($before:tt)*) => {
        $next! {
            $($rest),*;
            $($before)*

            /// A user follows the account, or a member gets to see the app.
            Subscribe = "event" / "subscribe", "https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Receiving_event_pushes.html" {
                /// `qrscene_` and the scene of the code that was scanned; empty or missing without one.
                event_key: text = "EventKey",
                /// The ticket of the code, with which its picture can be fetched.
                ticket: text = "Ticket",
            }

            /// A user no longer follows the account. Nothing can be replied.
            Unsubscribe = "event" / "unsubscribe", "https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Receiving_event_pushes.html" {
                /// Empty.
                event_key: text = "EventKey",
            }

            /// A follower scans a code with a scene.
            Scan = "event" / "SCAN", "https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Receiving_event_pushes.html" {
                /// The scene.
                event_key: text = "EventKey",
                /// The ticket of the code, with which its picture can be fetched.
                ticket: text = "Ticket",
            }

            /// Where a user is, reported when the chat is opened or every five seconds.
            ReportLocation = "event" / "LOCATION", "https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Receiving_event_pushes.html" {
                /// In degrees.
                latitude: float = "Latitude",
                /// In degrees.
                longitude: float = "Longitude",
                /// In metres.
                precision: float = "Precision",
                /// WeCom: `wxwork`; missing for users of WeChat.
                app_type: text = "AppType",
            }

            /// A button of the menu was pressed.
            Click = "event" / "CLICK", "https://developers.weixin.qq.com/doc/offiaccount/Custom_Menus/Custom_Menu_Push_Events.html" {
                /// The key of the button.
                event_key: text = "EventKey",
            }

            /// A button of the menu opened a page.
            View = "event" / "VIEW", "https://developers.weixin.qq.com/doc/offiaccount/Custom_Menus/Custom_Menu_Push_Events.html" {
                /// The address of the page.
                event_key: text = "EventKey",
                /// The menu, where there are several for groups of users.
                menu_id: text = "MenuId",
            }

            /// A button of the menu opened a mini program.
            ViewMiniProgram = "event" / "view_miniprogram", "https://developers.weixin.qq.com/doc/offiaccount/Custom_Menus/Custom_Menu_Push_Events.html" {
                /// The path of its page.
                event_key: text = "EventKey",
                /// The menu.
                menu_id: text = "MenuId",
            }

            /// A button of the menu had a code scanned, and the user sees what is in it.
            ScanCodePush = "event" / "scancode_push", "https://developers.weixin.qq.com/doc/offiaccount/Custom_Menus/Custom_Menu_Push_Events.html" {
                /// The key of the button.
                event_key: text = "EventKey",
                /// What was scanned.
                scan_code_info: object<ScanCodeInfo> = "ScanCodeInfo",
            }

            /// A button of the menu had a code scanned, and the user waits for the reply.
            ScanCodeWait = "event" / "scancode_waitmsg", "https://developers.weixin.qq.com/doc/offiaccount/Custom_Menus/Custom_Menu_Push_Events.html" {
                /// The key of the button.
                event_key: text = "EventKey",
                /// What was scanned.
                scan_code_info: object<ScanCodeInfo> = "ScanCodeInfo",
            }

            /// A button of the menu had a photo taken. The pictures come as messages of their own.
            PicSysPhoto = "event" / "pic_sysphoto", "https://developers.weixin.qq.com/doc/offiaccount/Custom_Menus/Custom_Menu_Push_Events.html" {
                /// The key of the button.
                event_key: text = "EventKey",
                /// Which pictures.
                send_pics_info: object<SendPicsInfo> = "SendPicsInfo",
            }

            /// A button of the menu had a photo taken or chosen. The pictures come as messages of their own.
            PicPhotoOrAlbum = "event" / "pic_photo_or_album", "https://developers.weixin.qq.com/doc/offiaccount/Custom_Menus/Custom_Menu_Push_Events.html" {
                /// The key of the button.
                event_key: text = "EventKey",
                /// Which pictures.
                send_pics_info: object<SendPicsInfo> = "SendPicsInfo",
            }

            /// A button of the menu had a picture chosen. The pictures come as messages of their own.
            PicWeixin = "event" / "pic_weixin", "https://developers.weixin.qq.com/doc/offiaccount/Custom_Menus/Custom_Menu_Push_Events.html" {
                /// The key of the button.
                event_key: text = "EventKey",
                /// Which pictures.
                send_pics_info: object<SendPicsInfo> = "SendPicsInfo",
            }

            /// A button of the menu had a place chosen.
            LocationSelect = "event" / "location_select", "https://developers.weixin.qq.com/doc/offiaccount/Custom_Menus/Custom_Menu_Push_Events.html" {
                /// The key of the button.
                event_key: text = "EventKey",
                /// The place.
                send_location_info: object<SendLocationInfo> = "SendLocationInfo",
                /// WeCom: `wxwork`; missing for users of WeChat.
                app_type: text = "AppType",
            }

            /// A template message has been sent, or has not.
            TemplateSent = "event" / "TEMPLATESENDJOBFINISH", "https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Template_Message_Interface.html" {
                /// The message, as the API named it. Above 2^53, so no JavaScript should read it.
                msg_id: int = "MsgID",
                /// `success`, or `failed` and the reason.
                status: text = "Status",
            }

            /// A message to many has been sent.
            MassSent boxed = "event" / "MASSSENDJOBFINISH", "https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Batch_Sends_and_Originality_Checks.html" {
                /// The message, as the API named it.
                msg_id: int = "MsgID",
                /// `send success`, `send fail` or `err` and a number.
                status: text = "Status",
                /// How many were meant.
                total_count: int = "TotalCount",
                /// How many of them could be sent to.
                filter_count: int = "FilterCount",
                /// How many were sent to.
                sent_count: int = "SentCount",
                /// How many were not.
                error_count: int = "ErrorCount",
                /// What the check for originality found.
                copyright_check_result: object<CopyrightCheck> = "CopyrightCheckResult",
                /// Where the articles are.
                article_url_result: object<ArticleUrls> = "ArticleUrlResult",
            }

            /// A draft has been published, or has not.
            Published boxed = "event" / "PUBLISHJOBFINISH", "https://developers.weixin.qq.com/doc/offiaccount/Publish/Callback_on_finish.html" {
                /// How it went.
                publish_event_info: object<PublishInfo> = "PublishEventInfo",
            }

            /// Customer service: a session begins.
            KfCreateSession = "event" / "kf_create_session", "https://developers.weixin.qq.com/doc/offiaccount/Customer_Service/Session_control.html" {
                /// The account of the member of staff.
                kf_account: text = "KfAccount",
            }

            /// Customer service: a session ends.
            KfCloseSession = "event" / "kf_close_session", "https://developers.weixin.qq.com/doc/offiaccount/Customer_Service/Session_control.html" {
                /// The account of the member of staff.
                kf_account: text = "KfAccount",
                /// Why.
                close_type: text = "CloseType",
            }

            /// Customer service: a session is handed over.
            KfSwitchSession = "event" / "kf_switch_session", "https://developers.weixin.qq.com/doc/offiaccount/Customer_Service/Session_control.html" {
                /// By whom.
                from_kf_account: text = "FromKfAccount",
                /// To whom.
                to_kf_account: text = "ToKfAccount",
            }

            /// A user answers whether to get subscribed messages.
            SubscribeMsgPopup = "event" / "subscribe_msg_popup_event", "https://developers.weixin.qq.com/doc/offiaccount/Subscription_Messages/api.html" {
                /// An answer for each template.
                list: list<PopupItem> = "SubscribeMsgPopupEvent.List" or "List",
            }

            /// A user changes which subscribed messages to get.
            SubscribeMsgChange = "event" / "subscribe_msg_change_event", "https://developers.weixin.qq.com/doc/offiaccount/Subscription_Messages/api.html" {
                /// A change for each template.
                list: list<ChangeItem> = "SubscribeMsgChangeEvent.List" or "List",
            }

            /// Subscribed messages have been sent, or have not.
            SubscribeMsgSent = "event" / "subscribe_msg_sent_event", "https://developers.weixin.qq.com/doc/offiaccount/Subscription_Messages/api.html" {
                /// How it went for each.
                list: list<SentItem> = "SubscribeMsgSentEvent.List" or "List",
            }

            /// A user changes what the account may know.
            UserInfoModified = "event" / "user_info_modified", "https://developers.weixin.qq.com/doc/offiaccount/OA_Web_Apps/authorization_change.html" {
                /// The user.
                open_id: text = "OpenID",
                /// The account.
                app_id: text = "AppID",
                /// What is affected, as a number.
                revoke_info: text = "RevokeInfo",
                /// The user as a plug-in knows them.
                open_pid: text = "OpenPID",
                /// The plug-in.
                plugin_id: text = "PluginID",
            }

            /// A user takes back what the account was allowed to know.
            UserAuthorizationRevoke = "event" / "user_authorization_revoke", "https://developers.weixin.qq.com/doc/offiaccount/OA_Web_Apps/authorization_change.html" {
                /// The user.
                open_id: text = "OpenID",
                /// The account.
                app_id: text = "AppID",
                /// What is affected, as a number.
                revoke_info: text = "RevokeInfo",
                /// The user as a plug-in knows them.
                open_pid: text = "OpenPID",
                /// The plug-in.
                plugin_id: text = "PluginID",
            }

            /// A user deletes their account: what is known of them must be deleted too.
            UserAuthorizationCancellation = "event" / "user_authorization_cancellation", "https://developers.weixin.qq.com/doc/offiaccount/OA_Web_Apps/authorization_change.html" {
                /// The user.
                open_id: text = "OpenID",
                /// The account.
                app_id: text = "AppID",
                /// What is affected, as a number.
                revoke_info: text = "RevokeInfo",
                /// The user as a plug-in knows them.
                open_pid: text = "OpenPID",
                /// The plug-in.
                plugin_id: text = "PluginID",
            }

            /// The account's qualification has been verified.
            QualificationVerifySuccess = "event" / "qualification_verify_success", "https://developers.weixin.qq.com/doc/offiaccount/Account_Management/Wechat_Accreditation_Event_Push.html" {
                /// Until when, in Unix seconds.
                expired_time: int = "ExpiredTime",
            }

            /// The account's qualification has not been verified.
            QualificationVerifyFail = "event" / "qualification_verify_fail", "https://developers.weixin.qq.com/doc/offiaccount/Account_Management/Wechat_Accreditation_Event_Push.html" {
                /// When, in Unix seconds.
                fail_time: int = "FailTime",
                /// Why.
                fail_reason: text = "FailReason",
            }

            /// The account's name has been verified.
            NamingVerifySuccess = "event" / "naming_verify_success", "https://developers.weixin.qq.com/doc/offiaccount/Account_Management/Wechat_Accreditation_Event_Push.html" {
                /// Until when, in Unix seconds.
                expired_time: int = "ExpiredTime",
            }

            /// The account's name has not been verified.
            NamingVerifyFail = "event" / "naming_verify_fail", "https://developers.weixin.qq.com/doc/offiaccount/Account_Management/Wechat_Accreditation_Event_Push.html" {
                /// When, in Unix seconds.
                fail_time: int = "FailTime",
                /// Why.
                fail_reason: text = "FailReason",
            }

            /// The verification must be renewed.
            AnnualRenew = "event" / "annual_renew", "https://developers.weixin.qq.com/doc/offiaccount/Account_Management/Wechat_Accreditation_Event_Push.html" {
                /// When it ends, in Unix seconds.
                expired_time: int = "ExpiredTime",
            }

            /// The verification has ended.
            VerifyExpired = "event" / "verify_expired", "https://developers.weixin.qq.com/doc/offiaccount/Account_Management/Wechat_Accreditation_Event_Push.html" {
                /// When it ended, in Unix seconds.
                expired_time: int = "ExpiredTime",
            }
        }
    };
}

pub(crate) use account_kinds;

impl SendLocationInfo {
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
