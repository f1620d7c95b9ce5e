//! Opens the accounts of a request and reads nothing of them: what a run would go over.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::keep::{Keep, Place};
use super::open::{Accounts, open};
use super::progress::Progress;
use super::request::{CollectError, Request};
use super::scope::Run;
use crate::aws::pace::Speed;
use crate::inventory::{Header, Inventory};

/// The accounts, and the Regions that a run would ask there, as an inventory of nothing else but
/// the accounts that could not be opened.
pub async fn survey(
    request: &Request,
    speed: Speed,
    progress: &dyn Progress,
) -> Result<Inventory, CollectError> {
    let keep = Keep::open(&Place::Memory, &request.fingerprint(), "")?;
    let run = Arc::new(Run::new(speed, keep));
    let Accounts { asked, shut } = open(&run, request, progress).await?;
    let first = asked.first().map(|it| it.session.partition.clone());
    let open = asked.iter();
    let open = open.map(|it| (it.session.account.clone(), it.regions.clone()));
    let none = shut.iter().map(|it| &it.gap.key.account);
    let header = Header {
        partition: first.unwrap_or_default(),
        scope: none
            .map(|it| (it.clone(), BTreeSet::new()))
            .chain(open)
            .collect(),
        ..Header::default()
    };
    let gaps = shut.into_iter().map(|it| it.gap);
    Ok(Inventory::new(header, Vec::new(), gaps, []))
}
