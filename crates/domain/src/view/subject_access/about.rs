//! What a person is told beside their data.
//!
//! Source: UK GDPR art. 13 to 15 (purposes, how long, rights, complaint); DPA 2018 s. 45. Own words, in plain English.

/// What the data are used for.
pub const PURPOSES: &[&str] = &[
    "To care for you: so that those who treat you know what was done before, and so that nobody is lost between \
     police custody, court, prison and the community.",
    "To plan and check services: in counts that name nobody.",
    "To keep a record of who looked at your data, and to prove that nothing in it was altered.",
];

/// How long the data are kept.
pub const RETENTION: &str = "Nothing is deleted by itself. The data are kept until the organisations that hold them \
     say that they are no longer needed, by their own retention schedules; then two privacy officers agree to erase \
     them, and seven days later they are erased for good. While the law needs them to be kept they are not erased.";

/// What the person may ask for.
pub const RIGHTS: &[&str] = &[
    "You can ask for what is wrong to be put right, and for what is missing to be added.",
    "You can ask for the data to be erased, or to be used for your care alone.",
    "You can object to a use of the data, and take back what you agreed to.",
    "Nothing here is decided about you by a computer alone.",
    "If you are not content with the answer, you can complain to the Information Commissioner's Office: \
     ico.org.uk/make-a-complaint, telephone 0303 123 1113.",
    "Other people are left out of this copy, and so is what could harm somebody if it were told. Members of staff \
     stand here by a number; you can ask the organisation who they are.",
];

/// What the officer does before the copy is handed over.
pub const BEFORE_YOU_GIVE_IT: &[&str] = &[
    "Make sure that whoever asks is the person, or acts for them.",
    "Read each entry that is marked, and leave out what must be left out.",
    "These are data concerning health: unless the person has seen them before, ask the health professional who treats \
     them whether telling could do serious harm (DPA 2018 Sch. 3 paras 5 and 6).",
    "Answer within one month of the request (UK GDPR art. 12(3)).",
];
