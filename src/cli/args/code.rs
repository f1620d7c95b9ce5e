//! Where the code is that made the resources.

use std::path::{Path, PathBuf};

use clap::Args;
use globset::Glob;

use crate::iac::{NamedStack, Request, StateFile};

/// Which infrastructure code to tie findings to.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Code")]
pub(in crate::cli) struct Code {
    /// Folder with Terraform, OpenTofu, CloudFormation or SAM code: findings are told with their
    /// line in it, from the top of the Git repository around this folder; repeat it for several
    #[arg(long = "iac-root", value_name = "DIR")]
    roots: Vec<PathBuf>,
    /// State of Terraform, or what `terraform show -json` prints, `-` for standard input; DIR= before
    /// it says in which folder Terraform runs. Only addresses, ids, ARNs and Regions of it are kept; repeat it for several
    #[arg(long = "tfstate", value_name = "[DIR=]FILE", value_parser = state, requires = "roots")]
    states: Vec<StateFile>,
    /// Folder that `cdk synth` wrote; repeat it for several
    #[arg(long = "cdk-out", value_name = "DIR")]
    assemblies: Vec<PathBuf>,
    /// Template that stacks of a name, or a pattern, are made of; repeat it for several
    #[arg(long = "cfn-stack", value_name = "NAME=FILE", value_parser = stack)]
    stacks: Vec<NamedStack>,
}

impl Code {
    /// What to read, if anything.
    pub(in crate::cli) fn request(&self) -> Option<Request> {
        let request = Request {
            roots: self.roots.clone(),
            states: self.states.clone(),
            assemblies: self.assemblies.clone(),
            stacks: self.stacks.clone(),
        };
        (!request.is_empty()).then_some(request)
    }

    /// Files that must stay as they are.
    pub(in crate::cli) fn files(&self) -> impl Iterator<Item = &Path> {
        let states = self.states.iter().map(|it| it.path.as_path());
        states.chain(self.stacks.iter().map(|it| it.template.as_path()))
    }
}

fn state(text: &str) -> Result<StateFile, String> {
    if text.starts_with("s3://") {
        return Err(
            "Terraform brings states to where they are read: `terraform state pull | mrlint … --tfstate -`"
                .to_owned(),
        );
    }
    // A file may have the sign in its name.
    match text.split_once('=') {
        Some((folder, path)) if !Path::new(text).exists() => {
            if folder.is_empty() || path.is_empty() {
                return Err("a folder, `=` and a file".to_owned());
            }
            Ok(StateFile {
                path: path.into(),
                folder: Some(folder.into()),
            })
        }
        _ => Ok(StateFile {
            path: text.into(),
            folder: None,
        }),
    }
}

fn stack(text: &str) -> Result<NamedStack, String> {
    let (name, path) = text.split_once('=').unwrap_or_default();
    if name.is_empty() || path.is_empty() {
        return Err("a name, `=` and a file".to_owned());
    }
    let pattern = Glob::new(name).map_err(|error| error.to_string())?;
    Ok(NamedStack {
        stack: pattern.compile_matcher(),
        template: path.into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_may_say_their_folder() {
        let read = |text: &str| state(text).map(|it| (it.folder, it.path));
        assert_eq!(read("a.tfstate"), Ok((None, "a.tfstate".into())));
        let named = Ok((Some("live/eu".into()), "x=y.json".into()));
        assert_eq!(read("live/eu=x=y.json"), named);
        assert!(read("=x").is_err() && read("x=").is_err());
        assert!(read("s3://bucket/key").unwrap_err().contains("state pull"));
    }

    #[test]
    fn stacks_may_be_patterns() {
        let named = stack("StackSet-base-*=base.yaml").unwrap();
        assert!(named.stack.is_match("StackSet-base-0a1b"));
        assert!(stack("base.yaml").is_err() && stack("[=x").is_err());
    }
}
