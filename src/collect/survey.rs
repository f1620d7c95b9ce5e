//! Opens the accounts of a request and reads nothing of them: what a run would go over.

use std::collections::BTreeSet;

use super::keep::{Keep, Place};
use super::open::{chosen, identities, open, wanted};
use super::request::{CollectError, Request};
use super::scope::Run;
use crate::aws::pace::Speed;
use crate::inventory::{Header, Inventory};

/// The accounts, and the Regions that a run would ask there, as an inventory of nothing else but
/// the accounts that could not be opened.
pub async fn survey(request: &Request, speed: Speed) -> Result<Inventory, CollectError> {
    let wanted = wanted(request)?;
    let identities = identities(request)?;
    let keep = Keep::open(&Place::Memory, &request.fingerprint(), "")?;
    let run = Run::new(speed, keep);
    let opened = open(&run, &identities, &wanted).await;
    let shut: Vec<_> = opened.1.iter().map(|it| it.gap.clone()).collect();
    let accounts = chosen(request, &wanted, &run, opened)?;
    let first = accounts.first().map(|it| it.session.partition.clone());
    let open = accounts.iter();
    let open = open.map(|it| (it.session.account.clone(), it.regions.clone()));
    let none = shut
        .iter()
        .map(|gap| (gap.key.account.clone(), BTreeSet::new()));
    let header = Header {
        partition: first.unwrap_or_default(),
        scope: none.chain(open).collect(),
        ..Header::default()
    };
    Ok(Inventory::new(header, Vec::new(), shut, []))
}
