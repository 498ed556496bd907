//! What is a handshake, and what is a message.

use echostr::{Parameter, Rejection, adapter::Decision};

use crate::support::{valid, verifier, with_value};

#[test]
fn only_a_get_with_echostr_is_a_handshake() {
    let query = format!("{}&echostr=3892692869596528638", valid());
    let Ok(Decision::Handshake(echo)) = verifier().verify("GET", &query) else { panic!("no handshake") };
    assert_eq!(echo, "3892692869596528638");
    for method in ["POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "QUERY", "get", "Get", "GET ", ""] {
        assert!(matches!(verifier().verify(method, &query), Ok(Decision::Callback(_))), "{method:?}");
    }
    assert!(matches!(verifier().verify("GET", &valid()), Ok(Decision::Callback(_))));
    // A forged one is not echoed, whatever the method.
    let forged = with_value(&query, Parameter::Nonce, "1");
    for method in ["GET", "POST", "HEAD"] {
        assert_eq!(verifier().verify(method, &forged).err(), Some(Rejection::WrongSignature), "{method}");
    }
}
