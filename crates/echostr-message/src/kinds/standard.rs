//! The kinds of `MsgType`: what a user sends. Official Account, mini program and WeCom alike.

macro_rules! standard_kinds {
    ($next:ident $(, $rest:ident)*; $($before:tt)*) => {
        $next! {
            $($rest),*;
            $($before)*

            /// A text that a user typed.
            Text = "text", "https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Receiving_standard_messages.html" {
                /// The text. Empty where it is missing; the document tells the two apart.
                content: required = "Content",
                /// The article that the message comes from, if it comes from one.
                msg_data_id: text = "MsgDataId",
                /// Which of the articles sent together, counted from 1.
                idx: int = "Idx",
                /// The item of a menu message of the customer service that the user chose.
                bizmsgmenuid: text = "bizmsgmenuid",
            }

            /// A picture.
            Image = "image", "https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Receiving_standard_messages.html" {
                /// Where the picture can be fetched; made by the platform.
                pic_url: text = "PicUrl",
                /// For the API of temporary material, and for a reply.
                media_id: text = "MediaId",
                /// The article that the message comes from, if it comes from one.
                msg_data_id: text = "MsgDataId",
                /// Which of the articles sent together, counted from 1.
                idx: int = "Idx",
            }

            /// A recording.
            Voice = "voice", "https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Receiving_standard_messages.html" {
                /// For the API of temporary material, and for a reply.
                media_id: text = "MediaId",
                /// The format of the sound: `amr`, `speex`.
                format: text = "Format",
                /// The recording in 16 kHz.
                media_id_16k: text = "MediaId16K",
                /// What was said, where recognition is switched on.
                recognition: text = "Recognition",
                /// The article that the message comes from, if it comes from one.
                msg_data_id: text = "MsgDataId",
                /// Which of the articles sent together, counted from 1.
                idx: int = "Idx",
            }

            /// A film.
            Video = "video", "https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Receiving_standard_messages.html" {
                /// For the API of temporary material, and for a reply.
                media_id: text = "MediaId",
                /// Its preview.
                thumb_media_id: text = "ThumbMediaId",
            }

            /// A short film.
            ShortVideo = "shortvideo", "https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Receiving_standard_messages.html" {
                /// For the API of temporary material, and for a reply.
                media_id: text = "MediaId",
                /// Its preview.
                thumb_media_id: text = "ThumbMediaId",
            }

            /// A place that a user sends. See [`latitude`](Location::latitude) and
            /// [`longitude`](Location::longitude).
            Location = "location", "https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Receiving_standard_messages.html" {
                /// The latitude in degrees.
                location_x: float = "Location_X",
                /// The longitude in degrees.
                location_y: float = "Location_Y",
                /// The scale of the map.
                scale: float = "Scale",
                /// The address in words.
                label: text = "Label",
                /// WeCom: `wxwork`; missing for users of WeChat.
                app_type: text = "AppType",
            }

            /// A link that a user shares.
            Link = "link", "https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Receiving_standard_messages.html" {
                /// The title.
                title: text = "Title",
                /// The description.
                description: text = "Description",
                /// The address.
                url: text = "Url",
                /// WeCom: the address of a picture.
                pic_url: text = "PicUrl",
            }

            /// A file. The platform describes it nowhere; it was seen in decrypted messages.
            File = "file", "https://github.com/JeffreySu/WeiXinMPSDK" {
                /// Its name.
                title: text = "Title",
                /// A description, often empty.
                description: text = "Description",
                /// Its key.
                file_key: text = "FileKey",
                /// Its MD5 sum in hexadecimal.
                file_md5: text = "FileMd5",
                /// Its length in bytes.
                file_total_len: int = "FileTotalLen",
            }

            /// Mini program: the card of a page that a user sends.
            MiniProgramPage = "miniprogrampage", "https://developers.weixin.qq.com/miniprogram/dev/framework/open-ability/customer-message/receive.html" {
                /// The title.
                title: text = "Title",
                /// The AppID of the mini program.
                app_id: text = "AppId",
                /// The path of the page.
                page_path: text = "PagePath",
                /// Where the preview can be fetched.
                thumb_url: text = "ThumbUrl",
                /// The preview, for the API of temporary material.
                thumb_media_id: text = "ThumbMediaId",
            }
        }
    };
}

pub(crate) use standard_kinds;
