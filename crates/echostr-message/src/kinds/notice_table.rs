//! The notices of the open platform and of WeCom suites.

use crate::table::parts;

parts! {
    /// Who registered a mini program.
    RegisterInfo {
        /// The company.
        name: text = "name",
        /// Its registration number.
        code: text = "code",
        /// What kind of number: 1 for 18 digits, 2 for 9, 3 for the licence.
        code_type: int = "code_type",
        /// The WeChat id of its legal representative.
        legal_persona_wechat: text = "legal_persona_wechat",
        /// Their name.
        legal_persona_name: text = "legal_persona_name",
        /// The phone of the platform.
        component_phone: text = "component_phone",
        /// The WeChat id of a private person.
        wxuser: text = "wxuser",
        /// Their name.
        idname: text = "idname",
    }
}

macro_rules! notice_kinds {
    ($next:ident $(, $rest:ident)*; $($before:tt)*) => {
        $next! {
            $($rest),*;
            $($before)*

            /// Open platform: the ticket for the API, every ten minutes. Answer `success`.
            ComponentVerifyTicket = "component_verify_ticket", "https://developers.weixin.qq.com/doc/oplatform/Third-party_Platforms/2.0/api/Before_Develop/component_verify_ticket.html" {
                /// The ticket. A secret.
                component_verify_ticket: text = "ComponentVerifyTicket",
            }

            /// Open platform: an account authorises the platform.
            Authorized = "authorized", "https://developers.weixin.qq.com/doc/oplatform/Third-party_Platforms/2.0/api/Before_Develop/authorize_event.html" {
                /// The account.
                authorizer_appid: text = "AuthorizerAppid",
                /// With which its token is fetched. A secret.
                authorization_code: text = "AuthorizationCode",
                /// Until when, in Unix seconds.
                authorization_code_expired_time: int = "AuthorizationCodeExpiredTime",
                /// The code that the authorisation began with.
                pre_auth_code: text = "PreAuthCode",
            }

            /// Open platform: an account changes what it authorises.
            UpdateAuthorized = "updateauthorized", "https://developers.weixin.qq.com/doc/oplatform/Third-party_Platforms/2.0/api/Before_Develop/authorize_event.html" {
                /// The account.
                authorizer_appid: text = "AuthorizerAppid",
                /// With which its token is fetched. A secret.
                authorization_code: text = "AuthorizationCode",
                /// Until when, in Unix seconds.
                authorization_code_expired_time: int = "AuthorizationCodeExpiredTime",
                /// The code that the authorisation began with.
                pre_auth_code: text = "PreAuthCode",
            }

            /// Open platform: an account ends the authorisation.
            Unauthorized = "unauthorized", "https://developers.weixin.qq.com/doc/oplatform/Third-party_Platforms/2.0/api/Before_Develop/authorize_event.html" {
                /// The account.
                authorizer_appid: text = "AuthorizerAppid",
            }

            /// Open platform: a mini program has been registered, or has not.
            FastRegister boxed = "notify_third_fasteregister", "https://developers.weixin.qq.com/doc/oplatform/Third-party_Platforms/Mini_Programs/Fast_Registration_Interface_document.html" {
                /// The new mini program. Differs from the platform's `AppId` in case only, so it is read as
                /// it is spelt.
                appid: spelt = "appid",
                /// 0 is success.
                status: int = "status",
                /// With which its token is fetched. A secret.
                auth_code: text = "auth_code",
                /// The same in words.
                msg: text = "msg",
                /// Who registered it.
                info: object<RegisterInfo> = "info",
            }

            /// WeCom suite: the ticket for the API, every ten minutes.
            SuiteTicket = "suite_ticket", "https://developer.work.weixin.qq.com/document/path/90628" {
                /// The ticket. A secret.
                suite_ticket: text = "SuiteTicket",
            }

            /// WeCom suite: a company authorises the suite. To be answered within a second.
            CreateAuth = "create_auth", "https://developer.work.weixin.qq.com/document/path/90642" {
                /// With which its permanent code is fetched. A secret.
                auth_code: text = "AuthCode",
                /// What the link said.
                state: text = "State",
                /// What was said beside.
                extra_info: text = "ExtraInfo",
            }

            /// WeCom suite: a company changes what it authorises.
            ChangeAuth = "change_auth", "https://developer.work.weixin.qq.com/document/path/90642" {
                /// What was said beside.
                extra_info: text = "ExtraInfo",
            }

            /// WeCom suite: a company ends the authorisation.
            CancelAuth = "cancel_auth", "https://developer.work.weixin.qq.com/document/path/90642" {}

            /// WeCom suite: a company's permanent code is to be fetched anew.
            ResetPermanentCode = "reset_permanent_code", "https://developer.work.weixin.qq.com/document/path/90642" {
                /// With which it is fetched. A secret.
                auth_code: text = "AuthCode",
            }

            /// WeCom suite: a member, a department or a tag of a company changes; `ChangeType` says which.
            ChangeContact boxed = "change_contact", "https://developer.work.weixin.qq.com/document/path/90970" {
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

            /// WeCom suite: a tag for customers changes; `ChangeType` says how.
            ChangeExternalTag = "change_external_tag", "https://developer.work.weixin.qq.com/document/path/92277" {
                /// The tag or the group of tags.
                id: text = "Id",
                /// `tag` or `tag_group`.
                tag_type: text = "TagType",
                /// The set of rules that it belongs to.
                strategy_id: text = "StrategyId",
            }

            /// WeCom suite: a group of customers is made, changed or dissolved; `ChangeType` says which.
            ChangeExternalChat boxed = "change_external_chat", "https://developer.work.weixin.qq.com/document/path/92277" {
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

            /// WeCom suite: the companies with whom an app is shared change.
            ShareAgentChange = "share_agent_change", "https://developer.work.weixin.qq.com/document/path/93373" {
                /// The company that shares it.
                corp_id: text = "CorpId",
            }

            /// WeCom suite: something happens with a link for acquiring customers; `ChangeType` says what.
            CustomerAcquisition boxed = "customer_acquisition", "https://developer.work.weixin.qq.com/document/path/97299" {
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
        }
    };
}

pub(crate) use notice_kinds;
