//! `doctor`: who am I, what may I read, which accounts and Regions, what is missing and what to do.

use super::args::Doctor;
use super::terminal::Ui;
use super::{Exit, Trouble};

#[cfg(feature = "live")]
mod advice;
#[cfg(feature = "live")]
mod table;

#[cfg(not(feature = "live"))]
pub(super) fn doctor(args: &Doctor, _: &Ui) -> Result<Exit, Trouble> {
    let _ = (&args.scope, &args.speed, &args.config, args.format);
    Err(super::scan::not_live())
}

#[cfg(feature = "live")]
pub(super) use live::doctor;

#[cfg(feature = "live")]
mod live {
    use std::env;
    use std::path::{Path, PathBuf};

    use serde::Serialize;

    use super::super::args::DoctorFormat;
    use super::super::intent::{load_config, load_rules};
    use super::super::scan::{running, trouble};
    use super::{Doctor, Exit, Trouble, Ui, advice, table};
    use crate::aws::environment::{Setting, settings, tried};
    use crate::collect::doctor::{Checkup, Missing, examine};
    use crate::config::NAME;

    /// Everything that is told.
    #[derive(Debug, Serialize)]
    pub(in crate::cli) struct Diagnosis {
        pub(in crate::cli) version: &'static str,
        /// Settings of the environment that send calls elsewhere.
        pub(in crate::cli) environment: Vec<Setting>,
        /// Where credentials were looked for, where there are none.
        pub(in crate::cli) tried: Vec<String>,
        /// What is wrong with the configuration file, if there is one.
        pub(in crate::cli) config: Option<String>,
        #[serde(flatten)]
        pub(in crate::cli) checkup: Checkup,
        pub(in crate::cli) advice: Vec<String>,
    }

    impl Diagnosis {
        fn exit(&self) -> Exit {
            let checkup = &self.checkup;
            let lacks = checkup.missing.iter().any(Missing::is_lack);
            if checkup.accounts.is_empty() {
                Exit::Runtime
            } else if lacks || !checkup.closed.is_empty() {
                Exit::Incomplete
            } else if self.config.is_some() {
                Exit::Usage
            } else {
                Exit::Clean
            }
        }
    }

    pub(in crate::cli) fn doctor(args: &Doctor, ui: &Ui) -> Result<Exit, Trouble> {
        let variable = |name: &str| env::var(name).ok();
        let request = args.scope.request();
        let speed = args.speed.speed();
        let checkup = running(ui, async |progress, interrupt| {
            Box::pin(examine(&request, speed, progress, interrupt)).await
        })?;
        let checkup = checkup.map_err(|error| trouble(&error))?;
        let nobody = checkup.callers.iter().filter(|it| it.arn.is_none());
        let without = nobody.filter(|it| it.source.is_none());
        let profiles = args.scope.profile.iter().map(String::as_str);
        let tried = without.flat_map(|it| {
            let named = |profile: &str| it.name == format!("profile {profile}");
            tried(profiles.clone().find(|it| named(it)), &variable)
        });
        let mut diagnosis = Diagnosis {
            version: env!("CARGO_PKG_VERSION"),
            environment: settings(&variable),
            tried: tried.collect(),
            config: wrong_config(args.config.as_deref()),
            advice: Vec::new(),
            checkup,
        };
        diagnosis.advice = advice::of(&diagnosis);
        let text = match args.format {
            DoctorFormat::Table => table::text(&diagnosis, ui.terminal()),
            DoctorFormat::Json => serde_json::to_string_pretty(&diagnosis)
                .map(|text| text + "\n")
                .map_err(|error| Trouble::new(Exit::Runtime, error.to_string()))?,
        };
        ui.print(text.as_bytes())?;
        Ok(diagnosis.exit())
    }

    /// What `scan` would say of the configuration that it would take.
    fn wrong_config(named: Option<&Path>) -> Option<String> {
        let here = || Path::new(NAME).exists().then(|| PathBuf::from(NAME));
        let path = named.map(Path::to_owned).or_else(here)?;
        let loaded = load_config(&path, || load_rules(&[]));
        loaded.err().map(|trouble| trouble.problem)
    }
}

#[cfg(feature = "live")]
use live::Diagnosis;
