//! What readiness looks at.

use crate::standing;
use std::collections::BTreeMap;
use std::time::Duration;
use throughcare_app::App;
use throughcare_http::health::{Checking, ComponentHealth, HealthSource, HealthStatus};
use throughcare_http::token::Verifier;

/// Each look has this long.
const DEADLINE: Duration = Duration::from_secs(2);

/// Looks at the database, the lists and the token keys.
pub struct Components {
    /// The use cases.
    pub app: App,
    /// The verifier of tokens.
    pub verifier: Verifier,
}

impl HealthSource for Components {
    fn readiness(&self) -> Checking<'_> {
        Box::pin(async {
            let lists = tokio::time::timeout(DEADLINE, self.app.store().projections()).await;
            let mut components = BTreeMap::new();
            match lists {
                Ok(Ok(projections)) => {
                    components.insert("database".to_owned(), up(None));
                    for projection in projections {
                        let told = standing::told(&projection);
                        let state = match standing::fault(&projection) {
                            None => up(Some(told)),
                            Some(fault) => down(Some(format!("{fault}; {told}"))),
                        };
                        components.insert(projection.name, state);
                    }
                }
                _ => {
                    components.insert("database".to_owned(), down(Some("does not answer".to_owned())));
                }
            }
            // A tree that stands still is for those who watch: people are served all the same, so nothing here is down.
            let store = self.app.store();
            let asked = async { tokio::try_join!(store.trees(), store.rechecks()) };
            if let Ok(Ok((trees, rechecks))) = tokio::time::timeout(DEADLINE, asked).await {
                for tree in trees {
                    let again = rechecks.iter().find(|one| one.tree == tree.tree);
                    let told = match (
                        standing::tree_fault(&tree),
                        again.and_then(standing::recheck_fault),
                    ) {
                        (Some(_), _) => {
                            "stands still or is not signed: throughcare doctor says why".to_owned()
                        }
                        (None, Some(_)) => {
                            "old rows are not what they were: throughcare doctor says which".to_owned()
                        }
                        (None, None) => standing::tree_told(&tree),
                    };
                    components.insert(format!("{}Tree", tree.tree.name()), up(Some(told)));
                }
            }
            let keys = if self.verifier.has_keys() {
                up(None)
            } else {
                down(Some("no keys of any issuer".to_owned()))
            };
            components.insert("tokenKeys".to_owned(), keys);
            components
        })
    }
}

fn up(detail: Option<String>) -> ComponentHealth {
    ComponentHealth {
        status: HealthStatus::Up,
        detail,
    }
}

fn down(detail: Option<String>) -> ComponentHealth {
    ComponentHealth {
        status: HealthStatus::Down,
        detail,
    }
}
