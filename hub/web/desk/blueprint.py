"""The blueprint on which every page of the desk is laid."""

from flask import Blueprint

from hub.web.signed_in import install_refusals

blp = Blueprint("desk", __name__, template_folder="../templates")
install_refusals(blp)
