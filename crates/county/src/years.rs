//! What happens to services while people's stories go on: naloxone is delivered, given to others, removed and counted,
//! month by month; and once, a contract moves.
//!
//! What clients are given stands in their records, and people are made one by one, in any order. So a service orders
//! for its clients by what it expects to give them, and counts what it keeps for others, which its own stream tells.

use crate::books::{Books, NOBODY};
use crate::dice::{Dice, later, other_seed_of};
use crate::error::CountyError;
use crate::handover;
use crate::places::{LEFT, Place, SERVICES, TAKES_OVER, TAKES_OVER_NAME, code, organisation};
use crate::rates;
use jiff::ToSpan;
use jiff::civil::Date;
use std::collections::BTreeMap;
use throughcare_domain::command::KitRead;
use throughcare_domain::decide::{CountedBatch, OrganisationCommand, StockCommand, SuppliedKits};

/// Fewer kits for others than this, and more are ordered.
const LOW: i64 = 60;
/// How many then come.
const ORDERED: i32 = 120;
/// Most kits that one delivery brings.
const MOST_DELIVERED: u64 = 10_000;

/// What happens on a day.
#[derive(Clone, Copy)]
enum Happens {
    Month(&'static Place),
    Mobilises,
    HandsBack,
}

struct Years<'b, 'a> {
    books: &'b mut Books<'a>,
    dice: Dice,
    /// Of which batch each service gives to others.
    for_others: BTreeMap<&'static str, KitRead>,
    /// How many kits for clients each service thinks it has.
    for_clients: BTreeMap<&'static str, i64>,
}

/// Tells all of it, in order, up to the plan's end.
pub(crate) fn go_by(books: &mut Books<'_>) -> Result<(), CountyError> {
    let dice = Dice::new(other_seed_of(books.plan.seed, NOBODY));
    let mut years = Years {
        books,
        dice,
        for_others: BTreeMap::new(),
        for_clients: BTreeMap::new(),
    };
    for (day, happens) in years.calendar() {
        years.books.turn_to(day);
        match happens {
            Happens::Month(place) => years.month(place)?,
            Happens::Mobilises => years.mobilises()?,
            Happens::HandsBack => years.hands_back()?,
        }
    }
    Ok(())
}

impl Years<'_, '_> {
    fn calendar(&mut self) -> Vec<(Date, Happens)> {
        let (from, until) = (self.books.plan.from, self.books.plan.until);
        let moves = handover::day_of(self.books.plan);
        let mut days = vec![
            (later(moves, -handover::DAYS_AHEAD), Happens::Mobilises),
            (later(moves, -1), Happens::HandsBack),
        ];
        let mut month = later(from.last_of_month(), 1);
        while month < until {
            for place in SERVICES.iter().chain([&TAKES_OVER]) {
                let day = self.dice.after(month, 0..=6);
                let there = match place.code {
                    LEFT => day < later(moves, -1),
                    code if code == TAKES_OVER.code => day >= moves,
                    _ => place.gives_naloxone(),
                };
                if there && day < until {
                    days.push((day, Happens::Month(place)));
                }
            }
            month = later(month.last_of_month(), 1);
        }
        days.sort_by_key(|(day, _)| *day);
        days
    }

    /// The service that takes over is opened, trained and supplied, and everybody is told when.
    fn mobilises(&mut self) -> Result<(), CountyError> {
        let (of, left) = (TAKES_OVER.organisation, Place::of(LEFT));
        let register = OrganisationCommand::Register {
            organisation: organisation(of),
            name: TAKES_OVER_NAME.to_owned(),
        };
        self.books.administer(of, &register)?;
        let open = OrganisationCommand::OpenService {
            organisation: organisation(of),
            service: TAKES_OVER.to_open(),
        };
        self.books.administer(of, &open)?;
        let moves = OrganisationCommand::MoveContract {
            organisation: organisation(left.organisation),
            service: left.service(),
            to: TAKES_OVER.service(),
            on: handover::day_of(self.books.plan),
        };
        self.books.administer(left.organisation, &moves)?;
        self.books.trainings(&TAKES_OVER)?;
        self.books.shelf(&TAKES_OVER, &mut self.dice)
    }

    /// The service that is left gives back what it kept for others.
    fn hands_back(&mut self) -> Result<(), CountyError> {
        let left = Place::of(LEFT);
        self.removed(left, None, "returned_to_supplier")
    }

    fn month(&mut self, place: &'static Place) -> Result<(), CountyError> {
        self.deliver_for_clients(place)?;
        if self
            .pack(place)
            .is_some_and(|pack| pack.expires_on <= self.books.day)
        {
            self.removed(place, None, "expired")?;
        }
        if self.left(place) < LOW {
            self.order_for_others(place)?;
        }
        for _ in 0..self.dice.number(0..=2) {
            self.give_to_others(place)?;
        }
        if self.dice.percent(rates::STOCK_REMOVED) {
            let reason = *self.dice.pick(&["damaged", "shown_in_training"]);
            let kits = self.dice.number(1..=2);
            self.removed(place, Some(kits.into()), reason)?;
        }
        if self.dice.percent(rates::STOCK_COUNTED) {
            self.count(place)?;
        }
        Ok(())
    }

    /// A delivery when what is thought to be there would not last two months.
    fn deliver_for_clients(&mut self, place: &'static Place) -> Result<(), CountyError> {
        let mut rates = rates::KITS_A_MONTH.iter();
        let rate = rates.find(|(code, _)| *code == place.code);
        let rate = rate.map_or(rates::KITS_A_MONTH_ELSEWHERE, |(_, rate)| *rate);
        let given = i64::from(self.books.plan.people) * i64::from(rate) / 10_000;
        let stock = self.books.stock(place);
        let opened: i64 = stock
            .batches
            .values()
            .map(|batch| batch.before_issues(self.books.day))
            .sum();
        let thought = self.for_clients.entry(place.code).or_insert(opened);
        *thought -= given;
        if *thought >= 2 * given + i64::from(rates::FEWEST_IN_STOCK) {
            return Ok(());
        }
        let wanted = u64::try_from(given).unwrap_or(0) + 40;
        let kits = wanted.div_ceil(4).min(MOST_DELIVERED);
        *thought += i64::try_from(4 * kits).unwrap_or(0);
        for product in ["prenoxad", "nyxoid"] {
            for _ in 0..2 {
                let batch = self.dice.number(0..=4) * 8 + self.dice.number(0..=6);
                let pack = self.fresh(product, &format!("NX{}", 100_000 + batch));
                let receive = StockCommand::Receive {
                    pack,
                    kits: u16::try_from(kits).unwrap_or(u16::MAX),
                };
                self.books.keep(place, &receive, &mut self.dice)?;
            }
        }
        Ok(())
    }

    fn order_for_others(&mut self, place: &'static Place) -> Result<(), CountyError> {
        let product = *self.dice.pick(&["prenoxad", "nyxoid"]);
        let batch = format!("NX{}", self.dice.number(100_100..=999_999));
        let pack = self.fresh(product, &batch);
        self.for_others.insert(place.code, pack.clone());
        let receive = StockCommand::Receive {
            pack,
            kits: u16::try_from(ORDERED).unwrap_or(u16::MAX),
        };
        self.books.keep(place, &receive, &mut self.dice)
    }

    fn give_to_others(&mut self, place: &'static Place) -> Result<(), CountyError> {
        let kits = i64::from(self.dice.number(1..=5));
        let (recipient, where_to) = self.dice.weighted(&[
            (("family_or_friend", "service"), 45),
            (("carer", "own_home"), 10),
            (("service_worker", "day_centre"), 15),
            (("service_stock", "hostel"), 20),
            (("unknown", "event"), 10),
        ]);
        let Some(pack) = self.pack(place).filter(|_| self.left(place) >= kits) else {
            return Ok(());
        };
        let supply = StockCommand::SupplyToOther {
            recipient: code(recipient),
            place: Some(code(where_to)),
            kits: vec![SuppliedKits {
                pack,
                kits: u16::try_from(kits).unwrap_or(1),
            }],
        };
        self.books.keep(place, &supply, &mut self.dice)
    }

    /// One in four counts finds one kit too few; what became of it is said at once or never.
    fn count(&mut self, place: &'static Place) -> Result<(), CountyError> {
        let missing = self.dice.percent(25);
        let said = self.dice.percent(50);
        let left = self.left(place) - i64::from(missing);
        let (Some(pack), Ok(kits)) = (self.pack(place), u16::try_from(left)) else {
            return Ok(());
        };
        let count = StockCommand::Count {
            batches: vec![CountedBatch {
                product: pack.product,
                batch: pack.batch,
                kits,
            }],
        };
        self.books.keep(place, &count, &mut self.dice)?;
        if missing && said {
            let reason = *self.dice.pick(&["lost", "unexplained"]);
            self.removed(place, Some(1), reason)?;
        }
        Ok(())
    }

    /// So many of the kits for others leave the shelf, or all of them.
    fn removed(
        &mut self,
        place: &'static Place,
        kits: Option<i64>,
        reason: &'static str,
    ) -> Result<(), CountyError> {
        let left = self.left(place);
        let kits = u16::try_from(kits.unwrap_or(left).min(left)).unwrap_or(0);
        let Some(pack) = self.pack(place).filter(|_| kits > 0) else {
            return Ok(());
        };
        let remove = StockCommand::Remove {
            batch: CountedBatch {
                product: pack.product,
                batch: pack.batch,
                kits,
            },
            reason: code(reason),
        };
        self.books.keep(place, &remove, &mut self.dice)
    }

    /// How many kits for others there are.
    fn left(&self, place: &'static Place) -> i64 {
        let (Some(pack), stock) = (self.pack(place), self.books.stock(place)) else {
            return 0;
        };
        let batch = stock.batches.get(&(pack.product, pack.batch));
        batch.map_or(0, |batch| batch.before_issues(self.books.day))
    }

    fn pack(&self, place: &'static Place) -> Option<KitRead> {
        self.for_others.get(place.code).cloned()
    }

    fn fresh(&self, product: &str, batch: &str) -> KitRead {
        let day = self.books.day;
        KitRead {
            product: code(product),
            batch: code(batch),
            expires_on: day.checked_add(30.months()).unwrap_or(day),
        }
    }
}
