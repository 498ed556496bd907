//! What may break a rule for now. An exemption that nothing needs any more is a fault itself, so that none outlives its reason.

pub(crate) struct Exemption {
    /// A crate, a file, or a folder with `/` at its end.
    pub(crate) of: &'static str,
    pub(crate) reason: &'static str,
}

/// A broken rule, and the crate or file that breaks it.
pub(crate) struct Fault {
    pub(crate) of: String,
    pub(crate) text: String,
}

impl Exemption {
    fn covers(&self, fault: &Fault) -> bool {
        fault.of == self.of || self.of.ends_with('/') && fault.of.starts_with(self.of)
    }
}

/// The faults that nothing excuses, and the exemptions that excuse nothing.
pub(crate) fn unexcused(faults: &[Fault], exemptions: &[Exemption]) -> Vec<String> {
    let faulty = faults
        .iter()
        .filter(|fault| !exemptions.iter().any(|exemption| exemption.covers(fault)))
        .map(|fault| format!("{}: {}", fault.of, fault.text));
    let idle = exemptions.iter().filter(|exemption| !faults.iter().any(|fault| exemption.covers(fault))).map(
        |exemption| {
            format!("{} needs no exemption any more: take it out ({})", exemption.of, exemption.reason)
        },
    );
    faulty.chain(idle).collect()
}
