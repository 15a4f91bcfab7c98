use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whether an address is anything but a public one: loopback, private, link-local, shared, multicast,
/// or reserved by the IANA special-purpose registries (RFC 6890).
///
/// IPv6 addresses that carry an IPv4 address inside (mapped, NAT64, 6to4) count as that one. A plugin
/// reaches such an address only through a scope that [names it](crate::HostScope::names_private).
pub fn is_private_address(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_private_v4(address),
        IpAddr::V6(address) => match embedded_v4(address) {
            Some(inner) => is_private_v4(inner),
            None => is_private_v6(address),
        },
    }
}

fn is_private_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (18..20).contains(&b))
}

fn is_private_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    // All global unicast is inside 2000::/3, less the documentation and protocol ranges at its start.
    first & 0xe000 != 0x2000
        || (first == 0x2001 && (second < 0x200 || second == 0xdb8))
        || (first == 0x3fff && second < 0x1000)
}

fn embedded_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let v4 = |high: u16, low: u16| Ipv4Addr::from(u32::from(high) << 16 | u32::from(low));
    match address.segments() {
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            Some(v4(high, low))
        }
        [0x2002, high, low, ..] => Some(v4(high, low)),
        _ => None,
    }
}

/// Whether a name may resolve to an address: `localhost` to this machine, `.local` names (RFC 6762) to
/// the home network, and every other name to the Internet at large.
///
/// A name that does otherwise is a trick (DNS rebinding), or stands for something that is to be named by
/// its address.
pub fn may_resolve_to(name: &str, address: IpAddr) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    match name.rsplit('.').next() {
        Some("localhost") => address.is_loopback(),
        Some("local") => is_home_network(address) || !is_private_address(address),
        _ => !is_private_address(address),
    }
}

fn is_home_network(address: IpAddr) -> bool {
    /// Where clouds hand out a machine's credentials.
    const METADATA: Ipv4Addr = Ipv4Addr::new(169, 254, 169, 254);
    match address {
        IpAddr::V4(address) => {
            address.is_private() || (address.is_link_local() && address != METADATA)
        }
        IpAddr::V6(address) => address.is_unique_local() || address.is_unicast_link_local(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_addresses_are_not_private() {
        for address in [
            "127.0.0.1",
            "127.255.0.9",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "198.18.0.1",
            "192.0.0.8",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "2002:7f00:1::",
            "2001:db8::1",
            "2001::1",
            "fec0::1",
            "::127.0.0.1",
        ] {
            assert!(is_private_address(address.parse().unwrap()), "{address}");
        }
        for address in [
            "1.1.1.1",
            "172.32.0.1",
            "100.128.0.1",
            "192.0.1.1",
            "198.20.0.1",
            "223.255.255.255",
            "2606:4700::1111",
            "2001:4860:4860::8888",
            "64:ff9b::101:101",
            "::ffff:1.1.1.1",
        ] {
            assert!(!is_private_address(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn a_name_means_only_addresses_of_its_own_kind() {
        for (name, address, expected) in [
            ("localhost", "127.0.0.1", true),
            ("localhost.", "::1", true),
            ("app.localhost", "127.0.0.1", true),
            ("localhost", "192.168.1.2", false),
            ("localhost", "1.1.1.1", false),
            ("lamp.local", "192.168.1.2", true),
            ("lamp.local", "169.254.7.7", true),
            ("lamp.local", "fe80::2", true),
            ("lamp.local", "fd00::2", true),
            ("lamp.local", "127.0.0.1", false),
            ("lamp.local", "::ffff:127.0.0.1", false),
            ("lamp.local", "169.254.169.254", false),
            ("lamp.local", "0.0.0.0", false),
            ("api.example.com", "1.1.1.1", true),
            ("api.example.com", "192.168.1.2", false),
            ("api.example.com", "100.64.0.1", false),
            ("api.example.com", "169.254.169.254", false),
            ("api.example.com", "::ffff:10.0.0.1", false),
            ("api.example.com", "64:ff9b::10.0.0.1", false),
            ("api.example.com", "2002:a00:1::", false),
            ("api.example.com", "fd00::1", false),
            ("notlocalhost", "127.0.0.1", false),
        ] {
            assert_eq!(
                may_resolve_to(name, address.parse().unwrap()),
                expected,
                "{name} {address}"
            );
        }
    }
}
