//! The edges of caches that follow one another, and of backups kept away from their database.

use super::Relation;
use super::maker::Maker;
use crate::inventory::kinds::{elasticache, rds};

impl Maker<'_, '_> {
    /// From the primary to each secondary. The Global Datastore stands for the primary where that
    /// was not read.
    pub(super) fn global_group(&mut self) {
        let Some(global) = self.own.of::<elasticache::GlobalReplicationGroup>() else {
            return;
        };
        let primary = global.members.iter().find(|it| it.role == "PRIMARY");
        let primary = primary.and_then(|it| self.estate.by_arn(&it.group_arn));
        self.at = primary.unwrap_or(self.at);
        for member in global.members.iter().filter(|it| it.role != "PRIMARY") {
            self.add_arn(Relation::Replicates, "elasticache-gds", &member.group_arn);
        }
    }

    /// From the database to its backups elsewhere, while they follow it. Instances name theirs
    /// too: that is the same edge.
    pub(super) fn backup(&mut self) {
        let Some(backup) = self.own.of::<rds::AutomatedBackup>() else {
            return;
        };
        let source = self.estate.by_arn(&backup.source);
        if let Some(source) = source.filter(|_| backup.status != "retained") {
            self.at = source;
            self.add_arn(Relation::Replicates, "rds-backup-repl", &self.own.arn);
        }
    }
}
