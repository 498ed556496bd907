//! Events of WeCom.

use crate::table::parts;

parts! {
    /// A job of the API.
    BatchJob {
        /// The job.
        job_id: text = "JobId",
        /// `sync_user`, `replace_user`, `invite_user` or `replace_party`.
        job_type: text = "JobType",
        /// 0 is success.
        err_code: int = "ErrCode",
        /// The same in words.
        err_msg: text = "ErrMsg",
    }

    /// An attribute of a member that the company has defined.
    ContactAttribute {
        /// Its name.
        name: text = "Name",
        /// 0 text, 1 page, 2 mini program.
        kind: int = "Type",
        /// The text.
        value: text = "Text.Value",
        /// The title of the page.
        title: text = "Web.Title",
        /// The address of the page.
        url: text = "Web.Url",
    }

    /// A request for approval.
    ApprovalInfo {
        /// Its number.
        sp_no: text = "SpNo",
        /// Its name.
        sp_name: text = "SpName",
        /// 1 pending, 2 approved, 3 refused, 4 withdrawn, 6 revoked after approval, 7 deleted, 10 paid.
        sp_status: int = "SpStatus",
        /// The template.
        template_id: text = "TemplateId",
        /// When it was made, in Unix seconds.
        apply_time: int = "ApplyTime",
        /// Who made it.
        applyer: object<Applicant> = "Applyer",
        /// The steps.
        sp_record: list<ApprovalStep> = "SpRecord",
        /// Who is told.
        notifyer: list<ApprovalUser> = "Notifyer",
        /// The comments.
        comments: list<ApprovalComment> = "Comments",
        /// What happened: 1 made, 2 approved, 3 refused, 4 passed on, 5 reminded, 6 withdrawn, 8 revoked, 10
        /// commented.
        statu_change_event: int = "StatuChangeEvent",
    }

    /// Who made a request.
    Applicant {
        /// The member.
        user_id: text = "UserId",
        /// The department.
        party: text = "Party",
    }

    /// A member.
    ApprovalUser {
        /// The member.
        user_id: text = "UserId",
    }

    /// A step of an approval.
    ApprovalStep {
        /// 1 pending, 2 approved, 3 refused, 4 passed on.
        sp_status: int = "SpStatus",
        /// 1 one of them must approve, 2 all.
        approver_attr: int = "ApproverAttr",
        /// What each approver did.
        details: list<ApprovalDetail> = "Details",
    }

    /// What an approver did.
    ApprovalDetail {
        /// The approver.
        user_id: text = "Approver.UserId",
        /// What they said.
        speech: text = "Speech",
        /// 1 pending, 2 approved, 3 refused, 4 passed on.
        sp_status: int = "SpStatus",
        /// When, in Unix seconds; 0 if not yet.
        sp_time: int = "SpTime",
    }

    /// A comment on a request.
    ApprovalComment {
        /// Whose.
        user_id: text = "CommentUserInfo.UserId",
        /// When, in Unix seconds.
        comment_time: int = "CommentTime",
        /// The text.
        comment_content: text = "CommentContent",
        /// Its id.
        comment_id: text = "CommentId",
    }

    /// A request for approval of an app's own process.
    OpenApprovalInfo {
        /// Its number, made by the app.
        third_no: text = "ThirdNo",
        /// Its name.
        open_sp_name: text = "OpenSpName",
        /// The template.
        open_template_id: text = "OpenTemplateId",
        /// 1 pending, 2 approved, 3 refused, 4 cancelled.
        open_sp_status: int = "OpenSpStatus",
        /// When it was made, in Unix seconds.
        apply_time: int = "ApplyTime",
        /// The name of who made it.
        apply_user_name: text = "ApplyUserName",
        /// Who made it.
        apply_user_id: text = "ApplyUserId",
        /// Their department.
        apply_user_party: text = "ApplyUserParty",
        /// Their picture.
        apply_user_image: text = "ApplyUserImage",
        /// The steps.
        approval_nodes: list<OpenApprovalNode> = "ApprovalNodes.ApprovalNode",
        /// Who is told.
        notify_nodes: list<OpenApprovalItem> = "NotifyNodes.NotifyNode",
        /// The step that it is at, counted from 0.
        approverstep: int = "approverstep",
    }

    /// A step of an approval.
    OpenApprovalNode {
        /// 1 pending, 2 approved, 3 refused, 4 passed on.
        node_status: int = "NodeStatus",
        /// 1 one of them must approve, 2 all.
        node_attr: int = "NodeAttr",
        /// 1 a member, 2 a tag, 3 the head of a department.
        node_type: int = "NodeType",
        /// Those who approve.
        items: list<OpenApprovalItem> = "Items.Item",
    }

    /// A member who approves or is told.
    OpenApprovalItem {
        /// Their name.
        item_name: text = "ItemName",
        /// Who.
        item_user_id: text = "ItemUserId",
        /// Their picture.
        item_image: text = "ItemImage",
        /// 1 pending, 2 approved, 3 refused, 4 passed on.
        item_status: int = "ItemStatus",
        /// What they said.
        item_speech: text = "ItemSpeech",
        /// When, in Unix seconds; 0 if not yet.
        item_op_time: int = "ItemOpTime",
    }

    /// What was chosen in a card.
    SelectedItem {
        /// For which question.
        question_key: text = "QuestionKey",
        /// Which answers.
        option_ids: texts = "OptionIds.OptionId",
    }
}

macro_rules! wecom_kinds {
    ($next:ident $(, $rest:ident)*; $($before:tt)*) => {
        $next! {
            $($rest),*;
            $($before)*

            /// A member opens the app.
            EnterAgent = "event" / "enter_agent", "https://developer.work.weixin.qq.com/document/path/90240" {
                /// Empty.
                event_key: text = "EventKey",
            }

            /// A job of the API has ended.
            BatchJobResult = "event" / "batch_job_result", "https://developer.work.weixin.qq.com/document/path/90240" {
                /// Which, and how.
                batch_job: object<BatchJob> = "BatchJob",
            }

            /// A member, a department or a tag changes; `ChangeType` says which. The fields that do not
            /// concern it are missing.
            ChangeContact boxed = "event" / "change_contact", "https://developer.work.weixin.qq.com/document/path/90970" {
                /// The member.
                user_id: text = "UserID",
                /// The member's new id.
                new_user_id: text = "NewUserID",
                /// The name of the member or department.
                name: text = "Name",
                /// The member's departments, with `,` between them.
                department: text = "Department",
                /// The member's main department.
                main_department: int = "MainDepartment",
                /// For each department 1 if the member leads it, with `,` between them.
                is_leader_in_dept: text = "IsLeaderInDept",
                /// Whom the member reports to, with `,` between them.
                direct_leader: text = "DirectLeader",
                /// The member's position.
                position: text = "Position",
                /// The member's mobile phone.
                mobile: text = "Mobile",
                /// 1 male, 2 female.
                gender: int = "Gender",
                /// The member's address for mail.
                email: text = "Email",
                /// The member's address for mail at the company.
                biz_mail: text = "BizMail",
                /// 1 active, 2 disabled, 4 not yet active.
                status: int = "Status",
                /// Where the member's picture is.
                avatar: text = "Avatar",
                /// The member's other name.
                alias: text = "Alias",
                /// The member's telephone.
                telephone: text = "Telephone",
                /// The member's address.
                address: text = "Address",
                /// Attributes that the company has defined.
                ext_attr: list<ContactAttribute> = "ExtAttr.Item",
                /// The department.
                id: text = "Id",
                /// The department above.
                parent_id: text = "ParentId",
                /// Its place among its neighbours.
                order: int = "Order",
                /// The tag.
                tag_id: int = "TagId",
                /// Members who get the tag, with `,` between them.
                add_user_items: text = "AddUserItems",
                /// Members who lose the tag.
                del_user_items: text = "DelUserItems",
                /// Departments that get the tag.
                add_party_items: text = "AddPartyItems",
                /// Departments that lose the tag.
                del_party_items: text = "DelPartyItems",
            }

            /// A customer is added, changed or lost; `ChangeType` says which.
            ChangeExternalContact = "event" / "change_external_contact", "https://developer.work.weixin.qq.com/document/path/92130" {
                /// The member.
                user_id: text = "UserID",
                /// The customer.
                external_user_id: text = "ExternalUserID",
                /// What the code or link for adding says.
                state: text = "State",
                /// With which a welcome can be sent, for 20 seconds.
                welcome_code: text = "WelcomeCode",
                /// Of a deletion: `DELETE_BY_TRANSFER`.
                source: text = "Source",
                /// Why a transfer failed.
                fail_reason: text = "FailReason",
            }

            /// A group of customers is made, changed or dissolved; `ChangeType` says which.
            ChangeExternalChat boxed = "event" / "change_external_chat", "https://developer.work.weixin.qq.com/document/path/92130" {
                /// The group.
                chat_id: text = "ChatId",
                /// What changed: `add_member`, `del_member`, `change_owner`, `change_name`, `change_notice`.
                update_detail: text = "UpdateDetail",
                /// How members came: 0 invited by a member, 3 by a code.
                join_scene: int = "JoinScene",
                /// How members went: 0 by themselves, 1 removed.
                quit_scene: int = "QuitScene",
                /// How many came or went.
                mem_change_cnt: int = "MemChangeCnt",
                /// Who.
                mem_change_list: texts = "MemChangeList.Item",
                /// The version of the members before.
                last_mem_ver: text = "LastMemVer",
                /// The version of the members now.
                cur_mem_ver: text = "CurMemVer",
            }

            /// A tag for customers changes; `ChangeType` says how.
            ChangeExternalTag = "event" / "change_external_tag", "https://developer.work.weixin.qq.com/document/path/92130" {
                /// The tag or the group of tags.
                id: text = "Id",
                /// `tag` or `tag_group`. Missing where tags are put in another order.
                tag_type: text = "TagType",
                /// The set of rules that it belongs to.
                strategy_id: text = "StrategyId",
            }

            /// A request for approval changes.
            SysApprovalChange boxed = "event" / "sys_approval_change", "https://developer.work.weixin.qq.com/document/path/91815" {
                /// The request.
                approval_info: object<ApprovalInfo> = "ApprovalInfo",
            }

            /// A request for approval of an app's own process changes.
            OpenApprovalChange boxed = "event" / "open_approval_change", "https://developer.work.weixin.qq.com/document/path/90240" {
                /// The request.
                approval_info: object<OpenApprovalInfo> = "ApprovalInfo",
            }

            /// A button of a task card was pressed.
            TaskCardClick = "event" / "taskcard_click", "https://developer.work.weixin.qq.com/document/path/90240" {
                /// The key of the button.
                event_key: text = "EventKey",
                /// The card.
                task_id: text = "TaskId",
            }

            /// A button of a card was pressed. A reply can replace the card.
            TemplateCard = "event" / "template_card_event", "https://developer.work.weixin.qq.com/document/path/90240" {
                /// The key of the button.
                event_key: text = "EventKey",
                /// The card.
                task_id: text = "TaskId",
                /// The type of the card.
                card_type: text = "CardType",
                /// With which the API can change the card, once within 72 hours.
                response_code: text = "ResponseCode",
                /// What was chosen.
                selected_items: list<SelectedItem> = "SelectedItems.SelectedItem",
            }

            /// An item of the menu of a card was chosen.
            TemplateCardMenu = "event" / "template_card_menu_event", "https://developer.work.weixin.qq.com/document/path/90240" {
                /// The key of the item.
                event_key: text = "EventKey",
                /// The card.
                task_id: text = "TaskId",
                /// The type of the card.
                card_type: text = "CardType",
                /// With which the API can change the card, once within 72 hours.
                response_code: text = "ResponseCode",
            }

            /// The members with whom an app is shared change.
            ShareAgentChange = "event" / "share_agent_change", "https://developer.work.weixin.qq.com/document/path/90240" {}

            /// The partners with whom an app is shared change.
            ShareChainChange = "event" / "share_chain_change", "https://developer.work.weixin.qq.com/document/path/90240" {}

            /// The app is closed, as nobody has used it for long.
            CloseInactiveAgent = "event" / "close_inactive_agent", "https://developer.work.weixin.qq.com/document/path/90240" {}

            /// Customer service of WeCom has news, to be fetched with the token. Has no `FromUserName`.
            KfMsgOrEvent = "event" / "kf_msg_or_event", "https://developer.work.weixin.qq.com/document/path/94699" {
                /// With which they can be fetched, for ten minutes.
                token: text = "Token",
                /// The account of the customer service.
                open_kf_id: text = "OpenKfId",
            }

            /// Which accounts of the customer service the app may use changes.
            KfAccountAuthChange = "event" / "kf_account_auth_change", "https://developer.work.weixin.qq.com/document/path/97712" {
                /// Those that it may use from now on.
                auth_add_open_kf_id: texts = "AuthAddOpenKfId",
                /// Those that it may no longer use.
                auth_del_open_kf_id: texts = "AuthDelOpenKfId",
                /// With which news can be fetched.
                token: text = "Token",
            }

            /// Something happens with a link for acquiring customers; `ChangeType` says what.
            CustomerAcquisition boxed = "event" / "customer_acquisition", "https://developer.work.weixin.qq.com/document/path/97299" {
                /// The link.
                link_id: text = "LinkId",
                /// What the link says.
                state: text = "State",
                /// The member.
                user_id: text = "UserID",
                /// The customer.
                external_user_id: text = "ExternalUserID",
                /// The conversation.
                chat_key: text = "ChatKey",
                /// The place of a message in the conversation.
                chat_seq: text = "ChatSeq",
                /// When quota ends, in Unix seconds.
                expire_time: int = "ExpireTime",
                /// How much quota ends.
                expire_quota_num: int = "ExpireQuotaNum",
            }

            /// There are conversations to be archived.
            MsgAuditNotify = "event" / "msgaudit_notify", "https://developer.work.weixin.qq.com/document/path/95039" {}

            /// A live broadcast begins, ends or is cancelled.
            LivingStatusChange = "event" / "living_status_change", "https://developer.work.weixin.qq.com/document/path/94145" {
                /// The broadcast.
                living_id: text = "LivingId",
                /// 0 booked, 1 live, 2 ended, 3 missed, 4 cancelled.
                status: int = "Status",
            }
        }
    };
}

pub(crate) use wecom_kinds;
