//! Writes all pages in all states, with sample data, to the directory given as the only argument:
//! `pages/<language>/<name>.html`, `assets/`, and `index.json`, which lists the pages. For viewing,
//! and for checks that need no stack.

mod samples;

use std::path::{Path, PathBuf};
use std::{env, fs, io};

use samples::Sample;
use serde_json::json;
use shopcall_core::pages::assets::{SCRIPT, STYLE};

fn main() -> io::Result<()> {
    let Some(directory) = env::args_os().nth(1).map(PathBuf::from) else {
        return Err(io::Error::other("missing argument: the directory to write the pages to"));
    };
    fs::create_dir_all(directory.join("assets"))?;
    for asset in [&*STYLE, &*SCRIPT] {
        fs::write(directory.join("assets").join(asset.name()), asset.body())?;
    }
    let mut index = Vec::new();
    for sample in samples::all() {
        let path = write(&directory, &sample)?;
        let Sample { name, language, answer } = sample;
        let policy = answer.headers().get("content-security-policy");
        index.push(json!({
            "name": name, "language": language.as_str(), "path": path,
            "status": answer.status().as_u16(),
            "policy": policy.and_then(|policy| policy.to_str().ok()),
        }));
    }
    fs::write(directory.join("index.json"), serde_json::to_vec_pretty(&index)?)
}

/// Writes a page and returns its path below the directory: three segments, as for all pages.
fn write(directory: &Path, sample: &Sample) -> io::Result<String> {
    let path = format!("pages/{}/{}.html", sample.language.as_str(), sample.name);
    let file = directory.join(&path);
    if let Some(parent) = file.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(file, sample.answer.body())?;
    Ok(path)
}
