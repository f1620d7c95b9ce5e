//! `samconfig.toml`: which stack a template becomes.

use std::path::{Path, PathBuf};

use toml::{Table, Value};

/// Names that SAM looks for where no template is named.
const DEFAULTS: [&str; 3] = ["template.yaml", "template.yml", "template.json"];

/// Each stack that the file deploys, with the files that may be its template: the first of them
/// that is there, is.
pub(in crate::iac) fn read(
    folder: &Path,
    text: &str,
) -> Result<Vec<(String, Vec<PathBuf>)>, String> {
    let config: Table = text
        .parse()
        .map_err(|error: toml::de::Error| error.message().to_owned())?;
    let environments = config.values().filter_map(Value::as_table);
    let mut stacks = Vec::new();
    for environment in environments {
        let said = |commands: &[&str], keys: &[&str]| -> Vec<String> {
            let parameters = commands
                .iter()
                .filter_map(|command| environment.get(*command)?.get("parameters")?.as_table());
            let values = parameters.flat_map(|it| keys.iter().filter_map(|key| it.get(*key)));
            values
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect()
        };
        let named = said(&["deploy", "sync", "global"], &["stack_name"]);
        let Some(stack) = named.into_iter().next() else {
            continue;
        };
        let templates = said(
            &["build", "global", "deploy", "sync"],
            &["template_file", "template"],
        );
        let templates = templates.into_iter().chain(DEFAULTS.map(str::to_owned));
        stacks.push((stack, templates.map(|it| folder.join(it)).collect()));
    }
    Ok(stacks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_stacks_and_their_templates() {
        let text = r#"version = 0.1
[default.global.parameters]
stack_name = "shop"
[prod.deploy.parameters]
stack_name = "shop-prod"
template_file = "infra/main.yaml"
[dev.build.parameters]
cached = true
"#;
        let found = read(Path::new("/r"), text).unwrap();
        let first: Vec<(&str, &Path)> = found
            .iter()
            .map(|(stack, files)| (stack.as_str(), files[0].as_path()))
            .collect();
        let expected = [
            ("shop", Path::new("/r/template.yaml")),
            ("shop-prod", Path::new("/r/infra/main.yaml")),
        ];
        assert_eq!(first, expected);
        assert!(read(Path::new("/r"), "a = [").is_err());
        assert_eq!(read(Path::new("/r"), "default = 1").unwrap(), []);
    }
}
