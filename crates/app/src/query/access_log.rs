//! Who looked at a person, and how much everybody looks.

use super::Times;
use crate::App;
use crate::caller::Caller;
use crate::error::AppError;
use crate::looks::Extent;
use jiff::{Timestamp, civil::Date};
use throughcare_domain::access::{self, Ground, Held, Permission, Visibility};
use throughcare_domain::event::Role;
use throughcare_domain::id::PersonId;
use throughcare_domain::when::end_of_london_day;
use throughcare_store::{LookRead, UserLooks};

/// Most days that one question about users may span.
pub const MOST_DAYS: i32 = 31;
/// Most users that an answer names.
pub const MOST_USERS: u32 = 200;

/// A page of the access log of a person.
#[derive(Clone, Debug)]
pub struct AccessLogPage {
    /// Under which id the person is read.
    pub person: PersonId,
    /// Looks, the last first. Users and clients of other organisations are left out, but for auditors.
    pub looks: Vec<LookRead>,
}

impl App {
    /// Who looked at a person: for staff who see the whole record, so that they can tell the person, for privacy officers
    /// who answer for it, and for auditors. Officers of an organisation that only recorded something are told of its own
    /// looks alone.
    /// Which user it was of another organisation is for that organisation to say.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for everybody else.
    pub async fn access_log(
        &self,
        caller: &Caller,
        person: PersonId,
        before: Option<i64>,
        limit: u32,
    ) -> Result<AccessLogPage, AppError> {
        let (person, mut records, grounds, by) = if caller.role() == Role::PrivacyOfficer {
            let (whole, _) = self.answered_for(caller, person).await?;
            let ground = vec![Ground::DataProtection];
            match access::how_much_is_held(&whole, caller.organisation(), self.today()) {
                // Who else looked would tell who treats the person.
                None | Some(Held::Own) => (person, Vec::new(), ground, Some(caller.organisation())),
                Some(Held::Whole | Held::Shared) => {
                    let records = whole.streams().into_iter();
                    let records = records.map(|(stream, _)| PersonId(stream.id));
                    (whole.person(), records.collect(), ground, None)
                }
            }
        } else {
            let quiet = caller.unnoticed();
            let read = self.person(&quiet, person, Times::default()).await?;
            if read.visibility != Visibility::Full {
                return Err(AppError::NotFound);
            }
            let grounds = access::grounds(&read.history, caller.organisation(), caller.role(), self.today());
            (read.person, read.records, grounds, None)
        };
        records.push(person);
        let mut looks = self
            .inner
            .store
            .looks_at(&self.reach(caller).await?, &records, by, before, limit)
            .await?;
        for look in &mut looks {
            if !access::is_told_users(caller.role(), caller.organisation().as_str(), &look.organisation) {
                (look.user, look.on_behalf_of) = (None, None);
                look.client.clear();
            }
        }
        caller.looks.note(Some(person), Extent::AccessLog, grounds);
        Ok(AccessLogPage { person, looks })
    }

    /// At how many people each user looked from one day to another, both included, those with most people, or searches, first.
    ///
    /// # Errors
    /// [`AppError::WrongRole`] for everybody but auditors.
    pub async fn looks_by_user(
        &self,
        caller: &Caller,
        from: Date,
        to: Date,
    ) -> Result<Vec<UserLooks>, AppError> {
        match access::may_compare_users(caller.role()) {
            Permission::Allowed => {}
            Permission::NotFound => return Err(AppError::NotFound),
            Permission::WrongRole(sentence) => return Err(AppError::WrongRole(sentence)),
        }
        let reach = self.reach(caller).await?;
        let before = from.yesterday().map_or(Timestamp::MIN, end_of_london_day);
        let users = self
            .inner
            .store
            .looks_by_user(&reach, before, end_of_london_day(to), MOST_USERS);
        Ok(users.await?)
    }
}
