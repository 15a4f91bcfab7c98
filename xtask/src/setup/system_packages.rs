use std::process::Command;

use anyhow::{Result, bail};

use super::Requirement;
use crate::process::{self, find_program};
use crate::project::Project;

/// Programs that building and testing start, from the machine's own package manager: these, or all.
pub(super) struct SystemPackages(Option<&'static [&'static str]>);

impl SystemPackages {
    pub(super) const ALL: Self = Self(None);
    pub(super) const FOR_PAGES: Self = Self(Some(&["node", "npm"]));
    pub(super) const FOR_DESKTOP: Self = Self(Some(&[
        "pkg-config",
        WEBKIT,
        TRAY,
        "node",
        "npm",
        "WebKitWebDriver",
        "Xvfb",
        "xauth",
        "dbus-run-session",
    ]));
}

/// The libraries of the desktop's window and tray, as pkg-config knows them.
const WEBKIT: &str = "webkit2gtk-4.1.pc";
const TRAY: &str = "ayatana-appindicator3-0.1.pc";

/// A program, and the package that brings it.
struct Program {
    /// With `.pc` at its end, it is a library.
    name: &'static str,
    /// In the order of [`Manager`]; where it is empty, the tests that need the program don't run there.
    packages: [&'static str; 5],
}

/// A package manager.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Manager {
    Apt,
    Dnf,
    Pacman,
    Homebrew,
    Winget,
}

#[rustfmt::skip]
const PROGRAMS: &[Program] = &[
    Program { name: "cc",     packages: ["gcc", "gcc", "gcc", "", ""] },
    Program { name: "c++",    packages: ["g++", "gcc-c++", "gcc", "", ""] },
    Program { name: "node",   packages: ["nodejs", "nodejs", "nodejs", "node", "OpenJS.NodeJS.LTS"] },
    Program { name: "npm",    packages: ["npm", "npm", "npm", "node", "OpenJS.NodeJS.LTS"] },
    Program { name: "pkg-config", packages: ["pkg-config", "pkgconf-pkg-config", "pkgconf", "", ""] },
    Program { name: WEBKIT,   packages: ["libwebkit2gtk-4.1-dev", "webkit2gtk4.1-devel", "webkit2gtk-4.1", "", ""] },
    Program { name: TRAY,     packages: ["libayatana-appindicator3-dev", "libayatana-appindicator-gtk3-devel", "libayatana-appindicator", "", ""] },
    Program { name: "WebKitWebDriver", packages: ["webkit2gtk-driver", "webkitgtk6.0", "webkit2gtk-4.1", "", ""] },
    Program { name: "Xvfb",   packages: ["xvfb", "xorg-x11-server-Xvfb", "xorg-server-xvfb", "", ""] },
    Program { name: "xauth",  packages: ["xauth", "xorg-x11-xauth", "xorg-xauth", "", ""] },
    Program { name: "obs",    packages: ["obs-studio", "obs-studio", "obs-studio", "", ""] },
    Program { name: "chromium", packages: ["chromium", "chromium", "chromium", "chromium", ""] },
    Program { name: "minisign", packages: ["minisign", "minisign", "minisign", "minisign", ""] },
    Program { name: "docker-registry", packages: ["docker-registry", "", "", "", ""] },
    Program { name: "dbus-run-session",     packages: ["dbus-daemon", "dbus-daemon", "dbus", "", ""] },
    Program { name: "gnome-keyring-daemon", packages: ["gnome-keyring", "gnome-keyring", "gnome-keyring", "", ""] },
];

impl Requirement for SystemPackages {
    fn name(&self) -> &'static str {
        "a C compiler, Node, the libraries of the window, and for tests a browser, a keyring, minisign, and OBS Studio with a display that \
         is only memory"
    }

    fn missing(&self, _: &Project) -> Vec<String> {
        let manager = Manager::of_this_machine();
        packages_for(manager, |name| {
            let is_wanted = self.0.is_none_or(|wanted| wanted.contains(&name));
            !is_wanted || is_there(name)
        })
    }

    fn provide(&self, _: &Project, missing: &[String]) -> Result<()> {
        let Some(manager) = Manager::of_this_machine() else {
            bail!(
                "install {} by hand: no package manager known here",
                missing.join(", ")
            );
        };
        let by_hand = format!("run `{} {}`", manager.install_line(), missing.join(" "));
        if manager != Manager::Apt || !is_privileged() {
            bail!("{by_hand}");
        }
        if process::run(apt_get(&["install"]).args(missing)).is_err() {
            // The lists may be older than the server's packages.
            process::run(&mut apt_get(&["update"]))?;
            process::run(apt_get(&["install"]).args(missing))?;
        }
        Ok(())
    }
}

fn is_there(name: &str) -> bool {
    match name.strip_suffix(".pc") {
        Some(library) => process::succeeds(Command::new("pkg-config").args(["--exists", library])),
        None => find_program(name).is_some(),
    }
}

/// The packages of the programs that are not there, each once.
fn packages_for(manager: Option<Manager>, is_there: impl Fn(&str) -> bool) -> Vec<String> {
    let mut packages = Vec::new();
    for program in PROGRAMS {
        let package = match manager {
            Some(manager) => program
                .packages
                .get(manager as usize)
                .copied()
                .unwrap_or(""),
            None => program.name,
        };
        if !package.is_empty()
            && !packages.iter().any(|known| known == package)
            && !is_there(program.name)
        {
            packages.push(package.to_owned());
        }
    }
    packages
}

impl Manager {
    fn of_this_machine() -> Option<Self> {
        [
            (Self::Apt, "apt-get"),
            (Self::Dnf, "dnf"),
            (Self::Pacman, "pacman"),
            (Self::Homebrew, "brew"),
            (Self::Winget, "winget"),
        ]
        .into_iter()
        .find(|(_, program)| find_program(program).is_some())
        .map(|(manager, _)| manager)
    }

    fn install_line(self) -> &'static str {
        match self {
            Self::Apt => "sudo apt-get install --no-install-recommends",
            Self::Dnf => "sudo dnf install",
            Self::Pacman => "sudo pacman -S --needed",
            Self::Homebrew => "brew install",
            Self::Winget => "winget install",
        }
    }
}

fn is_root() -> bool {
    process::capture(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

/// Whether packages can be installed without asking for a password.
fn is_privileged() -> bool {
    is_root() || process::succeeds(Command::new("sudo").args(["-n", "true"]))
}

fn apt_get(arguments: &[&str]) -> Command {
    let mut command = if is_root() {
        Command::new("apt-get")
    } else {
        let mut sudo = Command::new("sudo");
        sudo.args(["-n", "apt-get"]);
        sudo
    };
    command
        .args(arguments)
        .args(["-y", "-q", "--no-install-recommends"])
        .env("DEBIAN_FRONTEND", "noninteractive");
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_packages_of_absent_programs_are_asked_for() {
        let packages = packages_for(Some(Manager::Apt), |name| name != "obs" && name != "Xvfb");
        assert_eq!(packages, ["xvfb", "obs-studio"]);
        assert!(packages_for(Some(Manager::Apt), |_| true).is_empty());
    }

    #[test]
    fn a_package_that_brings_two_programs_is_asked_for_once() {
        let packages = packages_for(Some(Manager::Winget), |_| false);
        assert_eq!(packages, ["OpenJS.NodeJS.LTS"], "node and npm");
    }

    #[test]
    fn every_package_manager_has_a_name_for_what_its_system_can_run() {
        for manager in [Manager::Apt, Manager::Dnf, Manager::Pacman] {
            let packages = packages_for(Some(manager), |name| name != "obs");
            assert_eq!(packages, ["obs-studio"], "{manager:?}");
        }
    }
}
