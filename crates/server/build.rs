//! Puts the built pages of `apps/dashboard` into the program.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let pages = root.join("../../apps/dashboard/dist");
    println!("cargo::rerun-if-changed={}", pages.display());
    let mut files = Vec::new();
    if pages.is_dir() {
        collect(&pages, &mut files)?;
    }
    files.sort();
    let mut code = String::from(
        "/// Path, media type and bytes of each file.\nstatic FILES: &[(&str, &str, &[u8])] = &[\n",
    );
    for file in files {
        let path = file.strip_prefix(&pages).map_err(io::Error::other)?;
        let path = path.to_string_lossy().replace('\\', "/");
        let media_type = media_type(&file);
        let _ = writeln!(
            code,
            "    ({:?}, {media_type:?}, include_bytes!({:?})),",
            format!("/{path}"),
            file.canonicalize()?
        );
    }
    code.push_str("];\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("pages.rs"), code)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            println!("cargo::rerun-if-changed={}", path.display());
            collect(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

fn media_type(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("json" | "map") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        Some("webmanifest") => "application/manifest+json",
        _ => "application/octet-stream",
    }
}
