//! Connections that the kernel has dropped because nobody accepted them in time. The load generator would count them as losses of the
//! server's, and they are its own.

use std::fs;

/// How many there have been on this machine, in anybody's listen queue; `None` where there is no Linux to say so.
pub(super) fn overflows() -> Option<u64> {
    let text = fs::read_to_string("/proc/net/netstat").ok()?;
    let mut lines = text.lines().filter(|line| line.starts_with("TcpExt:"));
    let (names, values) = (lines.next()?, lines.next()?);
    let counted = names.split(' ').zip(values.split(' '));
    let counted = counted.filter(|(name, _)| ["ListenOverflows", "ListenDrops"].contains(name));
    Some(counted.filter_map(|(_, value)| value.parse::<u64>().ok()).sum())
}
