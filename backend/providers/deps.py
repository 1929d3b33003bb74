"""The providers as parameters of a route."""

from typing import Annotated

from fastapi import Depends, Request

from backend.providers.retell import Retell
from backend.providers.tools import Tools


async def get_tools(request: Request) -> Tools:
    tools: Tools = request.app.state.tools
    return tools


async def get_retell(request: Request) -> Retell:
    return (await get_tools(request)).retell


CurrentTools = Annotated[Tools, Depends(get_tools)]
CurrentRetell = Annotated[Retell, Depends(get_retell)]
