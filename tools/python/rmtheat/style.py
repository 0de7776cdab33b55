"""How pictures look: colours, lines, words, and the defaults of a printed page."""

# Okabe and Ito's palette, distinguishable with every common colour vision.
BLACK, ORANGE, SKY, GREEN, BLUE, RED, PINK = (
    "#000000", "#E69F00", "#56B4E9", "#009E73", "#0072B2", "#D55E00", "#CC79A7")
GREY = "#777777"
SERIES = (BLUE, RED, GREEN, ORANGE, PINK, SKY, BLACK)

# Prediction: label, colour, dashes. `nlo` holds the full prediction to that order.
ORDERS = {
    "lo": ("LO", BLUE, "--"),
    "nlo": ("LO + NLO", ORANGE, "-."),
    "resummed": ("all orders", GREEN, "-"),
    "kinetic": ("kinetic limit", PINK, ":"),
}
FAMILIES = {"finite_n": "levels used", "large_n": "large N"}

# Inches: one and two columns of a page.
COLUMN, PAGE = 3.4, 7.0

# What a journal prints: readable at one column's width, fonts embedded as TrueType.
STYLE = {
    "figure.figsize": (COLUMN, 2.5), "figure.dpi": 150, "savefig.dpi": 300, "figure.constrained_layout.use": True,
    "font.size": 8, "axes.titlesize": 8, "axes.labelsize": 8, "legend.fontsize": 7, "figure.titlesize": 8,
    "xtick.labelsize": 7, "ytick.labelsize": 7, "lines.linewidth": 1.2, "lines.markersize": 2.5, "axes.linewidth": 0.6,
    "xtick.direction": "in", "ytick.direction": "in", "xtick.top": True, "ytick.right": True,
    "xtick.major.width": 0.6, "ytick.major.width": 0.6, "legend.frameon": False, "legend.handlelength": 2.2,
    "axes.formatter.limits": (-2, 4), "axes.formatter.use_mathtext": True,
    "pdf.fonttype": 42, "ps.fonttype": 42,
}

# The same on a screen, for wider figures.
SCREEN = {
    **STYLE, "font.size": 10, "axes.titlesize": 10, "axes.labelsize": 10, "legend.fontsize": 8.5, "figure.titlesize": 11,
    "xtick.labelsize": 9, "ytick.labelsize": 9, "lines.markersize": 3.5, "lines.linewidth": 1.4, "savefig.dpi": 130,
}

# Observable: words, symbol.
WORDS = {
    "energy_1": ("energy of system 1", "$E_1$"),
    "energy_2": ("energy of system 2", "$E_2$"),
    "interaction_energy": ("coupling's energy", r"$\lambda\langle V\rangle$"),
    "current_1": ("current into system 1", "$J_1$"),
    "current_2": ("current into system 2", "$J_2$"),
    "heat_current": ("heat current", "$J_Q$"),
    "work_power": ("work power", "$P_W$"),
    "entropy_production": ("entropy production", r"$\Delta S$"),
    "conductance": ("conductance", r"$\kappa$"),
}
# Units -> those over lambda^2.
OVER_LAMBDA_SQUARED = {"energy": "1 / energy", "energy^2 / hbar": "1 / hbar", "k_B": "k_B / energy^2",
                       "k_B energy / hbar": "k_B / (energy hbar)"}


def defaults(rc, plain):
    """STYLE, less what the user has set: rc are the settings in force, plain matplotlib's own."""
    return {key: value for key, value in STYLE.items() if rc[key] == plain[key]}


def label_with_units(text, units):
    """An axis label: "heat current $J_Q$ (energy²/ħ)"."""
    readable = units.replace("hbar", "ħ").replace("^2", "²").replace(" / ", "/").replace("k_B", "$k_B$")
    return f"{text} ({readable})" if readable not in ("", "1") else text


def axis_label(results, observable, per_lambda2=False):
    words, symbol = WORDS.get(observable, (observable.replace("_", " "), ""))
    units = results.units(observable)
    if per_lambda2:
        return label_with_units(rf"{words} {symbol}$/\lambda^2$", OVER_LAMBDA_SQUARED.get(units, f"({units}) / energy^2"))
    return label_with_units(f"{words} {symbol}".strip(), units)


def line_of(prediction):
    """(label, colour, dashes) of a prediction, "finite_n/lo": those for the levels used have their
    order's colour, those for infinitely many levels are grey."""
    family, order = prediction.split("/")
    label, color, dashes = ORDERS.get(order, (order, RED, "--"))
    if family == "large_n" and order != "kinetic":
        return f"{label}, $N\\to\\infty$", GREY, dashes
    return label, color, dashes
